import { test } from "vitest";
import { buildsAsTheModel, diskStore, survivesFaults } from "./random/properties.js";

test("any graph after any edits: what runs is what the model says, cached equals uncached", () => buildsAsTheModel(25));

test("builds that are killed or meet a failing disk anywhere are made right by the next one", () => survivesFaults(20));

test("and so they are with the store on the disk", () => survivesFaults(10, diskStore));
