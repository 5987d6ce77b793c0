import { test } from "vitest";
import { buildsAsTheModel, diskStore, survivesFaults } from "./random/properties.js";

const timeout = 300_000;

test("any graph after any edits: what runs is what the model says, cached equals uncached", { timeout }, () =>
  buildsAsTheModel(25),
);

test("builds that are killed or meet a failing disk anywhere are made right by the next one", { timeout }, () =>
  survivesFaults(20),
);

test("and so they are with the store on the disk", { timeout }, () => survivesFaults(10, diskStore));
