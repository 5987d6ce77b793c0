import { test } from "vitest";
import { buildsAsTheModel, survivesFaults } from "./random/properties.js";

test("any graph after any edits: what runs is what the model says, cached equals uncached", () => buildsAsTheModel(25));

test("builds that are killed or meet a failing disk anywhere are made right by the next one", () => survivesFaults(25));
