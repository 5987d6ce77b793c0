import { isCondition } from "./condition.js";

export interface NumberedConditions {
  /** Of each trial, from 1 into `names`; 0 for a trial without a condition. */
  readonly numbers: readonly number[];
  /** Ascending: by value where all are numbers. */
  readonly names: readonly string[];
}

export function numberConditions(conditions: readonly (string | number)[]): NumberedConditions {
  const distinct = [...new Set(conditions.filter(isCondition))].sort((a, b) =>
    typeof a === "number" && typeof b === "number" ? a - b : String(a) < String(b) ? -1 : 1,
  );
  const numberOf = new Map(distinct.map((condition, i) => [condition, i + 1]));
  return { numbers: conditions.map((condition) => numberOf.get(condition) ?? 0), names: distinct.map(String) };
}
