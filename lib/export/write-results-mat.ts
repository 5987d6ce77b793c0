import { closeSync, openSync, readSync } from "node:fs";
import {
  type MatPieces,
  type MatValue,
  matCell,
  matNumber,
  matNumbers,
  matStructArray,
  matText,
  numberClassOf,
} from "#lib/mat/mat-value.js";
import { writeMat } from "#lib/mat/write-mat.js";
import type { ExportedResults } from "./exported-results.js";
import { blocksOf, type ResultArray } from "./result-array.js";

/**
 * MAT: a variable for each array and fact. Axes are in reversed order, channels × time × trials, so that MATLAB's order
 * of values is that of the blocks. `model_params` is a struct array of `name` and `value`; values have the
 * model's order of axes.
 */
export async function writeResultsMat(file: string, results: ExportedResults): Promise<void> {
  const variables: Record<string, MatValue | MatPieces> = {};
  for (const [name, value] of Object.entries(results.facts)) {
    variables[name] = typeof value === "number" ? matNumber(value) : matText(value);
  }
  for (const array of results.arrays) variables[array.name] = pieces(array);
  if (results.conditionNames) variables.condition_names = matCell(results.conditionNames.map(matText));
  variables.model_params = matStructArray(
    results.variables.map((variable) => ({ name: matText(variable.name), value: matrix(variable) })),
  );
  await writeMat(file, variables);
}

/** A vector as a row, as it is added to a row of values. */
function matrix({ shape, rows }: ResultArray): MatValue {
  return matNumbers(rows(0, shape[0] ?? 1), shape.length > 1 ? shape : [1, shape[0] ?? 1]);
}

function pieces(array: ResultArray): MatPieces {
  return {
    class: numberClassOf(array.rows(0, 0)),
    shape: array.shape.length > 1 ? array.shape.toReversed() : [array.shape[0] ?? 1, 1],
    *pieces() {
      for (const [, values] of blocksOf(array)) yield values;
    },
  };
}

/** Of a MAT file: whether it was written by this project. */
export async function isExportedMat(file: string): Promise<boolean> {
  const start = Buffer.alloc(116);
  const descriptor = openSync(file, "r");
  try {
    readSync(descriptor, start, 0, start.length, 0);
  } finally {
    closeSync(descriptor);
  }
  return start.toString("latin1").includes("written by lfads");
}
