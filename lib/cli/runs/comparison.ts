/** One comparison of `--where`: a name, an operator, a value. */
import { err, ok, type Result } from "#lib/result.js";

/** Null: the run has none. */
export type Value = number | string | boolean | null;

export interface Comparison {
  readonly name: string;
  readonly operator: keyof typeof holds;
  readonly value: string;
}

/** Whether it holds, given how the run's value compares: below 0 it is less. */
const holds = {
  "=": (order: number) => order === 0,
  "!=": (order: number) => order !== 0,
  "<": (order: number) => order < 0,
  "<=": (order: number) => order <= 0,
  ">": (order: number) => order > 0,
  ">=": (order: number) => order >= 0,
};

/** `c_gen_dim>64`, `spec = all`, `name='my run'`; undefined where the text is nothing of the kind. */
export function parseComparison(text: string): Comparison | undefined {
  const match = /^\s*([^=!<>]+?)\s*(<=|>=|!=|==|=|<|>)\s*([^=!<>].*?)?\s*$/s.exec(text);
  if (!match) return undefined;
  const [, name, operator, value = ""] = match;
  const quoted = /^(["'])(.*)\1$/s.exec(value);
  return {
    name: name!,
    operator: (operator === "==" ? "=" : operator) as Comparison["operator"],
    value: quoted ? quoted[2]! : value,
  };
}

/**
 * Whether the comparison holds of a value; of none it never does. The error says why such values cannot be compared so.
 * @param example A value that a run has.
 */
export function comparisonTest(
  { name, operator, value }: Comparison,
  example: NonNullable<Value>,
): Result<(actual: Value) => boolean, string> {
  const test = (given: NonNullable<Value>) =>
    ok((actual: Value) => actual !== null && holds[operator](compareValues(actual, given)));
  if (typeof example === "number") {
    const given = value === "" ? Number.NaN : Number(value);
    return Number.isNaN(given)
      ? err(`${name} is a number, but is compared with ${JSON.stringify(value)}.`)
      : test(given);
  }
  if (operator !== "=" && operator !== "!=") {
    const kind = typeof example === "boolean" ? "true or false" : "text";
    return err(`${name} is ${kind}, which can be compared with = and != only.`);
  }
  if (typeof example === "string") return test(value);
  if (value === "true" || value === "false") return test(value === "true");
  return err(`${name} is true or false, but is compared with ${JSON.stringify(value)}.`);
}

/** Numbers by size, text by code units, false before true; numbers before the rest. */
export function compareValues(a: NonNullable<Value>, b: NonNullable<Value>): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "number" || typeof b === "number") return typeof a === "number" ? -1 : 1;
  return a === b ? 0 : String(a) < String(b) ? -1 : 1;
}
