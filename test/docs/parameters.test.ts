import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { Json } from "#lib/build/target.js";
import { notYet } from "#lib/config/not-yet.js";
import type { RunParams } from "#lib/config/project.js";
import { runParamsTable } from "#lib/params/run-params-table.js";
import { withDefaults } from "#rules/model-spec-of.js";
import { planTargets } from "#rules/plan.js";
import { effects, pageFile, parametersPage } from "../../scripts/generate-params-page.mjs";
import { projectOf } from "../engine/train-run.js";

const effectOf = (name: string) => effects[name as keyof typeof effects] as string | undefined;

it("docs/parameters.md follows from the table of parameters", () => {
  expect(readFileSync(pageFile, "utf8"), "npm run build && node scripts/generate-params-page.mjs").toBe(
    parametersPage(),
  );
});

it("the page says that a parameter of the run manager has an effect exactly where the plan of a run depends on it", () => {
  const planned = (values: Record<string, Json>) =>
    planTargets(projectOf(["day1"], values)).filter(({ rule }) => rule !== "summary");
  const usual = planned({});
  const told = runParamsTable.filter(({ name }) => !name.startsWith("c_") && effectOf(name) !== "not yet");
  for (const { name, default: value } of told) {
    const other = typeof value === "number" ? value + 1 : typeof value === "boolean" ? !value : "other";
    const depends = JSON.stringify(planned({ [name]: other })) !== JSON.stringify(usual);
    expect([name, depends]).toEqual([name, effectOf(name) === undefined]);
  }
});

it("the page says `not yet` of the parameters that are refused", () => {
  const refused = (name: string) =>
    notYet({ values: { ...withDefaults({}), [name]: true } } as unknown as RunParams, []).length > 0;
  const names = runParamsTable.map(({ name }) => name).filter(refused);
  expect(names).toEqual(["useAlignmentMatrix", "useSingleDatasetAlignmentMatrix"]);
  expect(names.map(effectOf)).toEqual(["not yet", "not yet"]);
});
