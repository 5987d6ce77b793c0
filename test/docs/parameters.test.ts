import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { Json } from "#lib/build/target.js";
import { runParamsTable } from "#lib/params/run-params-table.js";
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
  // A summary, scripts and a report tell what the parameters are: no result depends on them.
  const tell = ["summary", "scripts", "report"];
  const plan = (datasets: readonly string[], values: Record<string, Json>) =>
    JSON.stringify(planTargets(projectOf(datasets, values)).filter(({ rule }) => !tell.includes(rule)));
  // How a matrix is fitted matters to stitched runs that use one.
  const aligned = { useAlignmentMatrix: true, alignmentApproach: "ridgeRegressGlobalPCs" };
  const planned = (values: Record<string, Json>) =>
    plan(["day1"], values) + plan(["day1", "day2"], values) + plan(["day1", "day2"], { ...aligned, ...values });
  const usual = planned({});
  for (const { name, default: value } of runParamsTable.filter((param) => !param.name.startsWith("c_"))) {
    const other =
      typeof value === "number"
        ? value + 1
        : typeof value === "boolean"
          ? !value
          : Array.isArray(value)
            ? ["ridgeNormalizeEach", true]
            : "other";
    const depends = planned({ [name]: other }) !== usual;
    expect([name, depends]).toEqual([name, effectOf(name) === undefined]);
  }
});
