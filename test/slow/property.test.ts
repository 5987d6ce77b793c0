// The properties of test/build/property.test.ts, of many more graphs.
import { test } from "vitest";
import { buildsAsTheModel, diskStore, survivesFaults } from "../build/random/properties.js";

const timeout = 3_600_000;

test("any graph after any edits: what runs is what the model says, cached equals uncached", { timeout }, () =>
  buildsAsTheModel(120),
);

test("builds that are killed or meet a failing disk anywhere are made right by the next one", { timeout }, () =>
  survivesFaults(120),
);

test("and so they are with the store on the disk", { timeout }, () => survivesFaults(30, diskStore));
