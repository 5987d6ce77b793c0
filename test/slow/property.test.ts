// The properties of test/build/property.test.ts, of many more graphs, and with the store that users have.
import { test } from "vitest";
import { CacacheStore } from "#lib/build/cacache-store.js";
import { buildsAsTheModel, survivesFaults } from "../build/random/properties.js";

test("any graph after any edits: what runs is what the model says, cached equals uncached", () =>
  buildsAsTheModel(1000));

test("builds that are killed or meet a failing disk anywhere are made right by the next one", () =>
  survivesFaults(1000));

test("and so they are with the store on the disk", () => survivesFaults(300, (folder) => new CacacheStore(folder)));
