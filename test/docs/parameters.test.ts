import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { notYet } from "#lib/config/not-yet.js";
import type { RunParams } from "#lib/config/project.js";
import type { ParamValue } from "#lib/params/param-value.js";
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
  const planned = (name: string) => effects[name as keyof typeof effects] === "not yet";
  expect(names.filter((name) => !(name in effects))).toEqual(names.filter((name) => read.has(name) && !planned(name)));
});

it("the page says `not yet` of every parameter that can ask for what is not there", () => {
  const usual = withDefaults({ c_co_dim: 0 });
  const spec = { name: "all", datasets: ["a", "b"] };
  const asks = (name: string, value: ParamValue) =>
    notYet({ values: { ...usual, [name]: value }, nonDefault: {} } as unknown as RunParams, [spec], []).length > 0;
  const probes = [0, 1, true, false, "gaussian"];
  const refused = runParamsTable.map(({ name }) => name).filter((name) => probes.some((value) => asks(name, value)));
  expect(refused.filter((name) => effects[name as keyof typeof effects] !== "not yet")).toEqual(["c_ic_dim"]);
  expect(refused).toContain("c_co_dim");
});
