import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { runParamsSchema, runParamsValuesSource, schemaFile, valuesFile } from "../../scripts/generate-params.mjs";

const remedy = "npm run build && node scripts/generate-params.mjs";

test("schemas/run-params.schema.json follows from the table of parameters", () => {
  expect(readFileSync(schemaFile, "utf8"), remedy).toBe(runParamsSchema());
});

test("the type of runParams' argument follows from the table of parameters", () => {
  expect(readFileSync(valuesFile, "utf8"), remedy).toBe(runParamsValuesSource());
});
