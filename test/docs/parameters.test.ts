import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { runParamsTable } from "#lib/params/run-params-table.js";
import { modelSpecOf, trainingSpecOf, withDefaults } from "#rules/model-spec-of.js";
import { effects, pageFile, parametersPage } from "../../scripts/generate-params-page.mjs";

it("docs/parameters.md follows from the table of parameters", () => {
  expect(readFileSync(pageFile, "utf8"), "npm run build && node scripts/generate-params-page.mjs").toBe(
    parametersPage(),
  );
});

it("the page says that a parameter has an effect exactly where the engine or the plan of a run reads it", () => {
  const read = new Set(["spikeBinMs", "trainToTestRatio", "num_samples_posterior"]);
  const watched = new Proxy(withDefaults({}), {
    get(values, name: string) {
      read.add(name);
      return values[name];
    },
  });
  modelSpecOf(watched, 10, []);
  trainingSpecOf(watched, 2);
  const names = runParamsTable.map(({ name }) => name);
  expect(names.filter((name) => !(name in effects))).toEqual(names.filter((name) => read.has(name)));
});
