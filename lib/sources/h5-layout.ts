import { FailureError } from "#lib/failure.js";
import type { ArrayFile } from "./array-file.js";
import type { H5Spec } from "./source-spec.js";

/** One array of all trials, or one of the training and one of the validation trials. */
type Field = string | { readonly train: string; readonly valid: string };

/** A run of trials in one dataset of the file. */
export interface Part {
  readonly path: string;
  readonly rows: number;
}

/** A field's arrays: one, or those of training and validation trials in this order. */
export function partsOf(h5: ArrayFile, field: Field): Part[] {
  const paths = typeof field === "string" ? [field] : [field.train, field.valid];
  return paths.map((path) => ({ path, rows: h5.shape(path)[0] ?? 0 }));
}

/** Checks that a field has `ndim` axes, the trials of `counts`, and `size` along each axis that is given. */
export function expectShape(
  h5: ArrayFile,
  field: Field,
  name: string,
  counts: readonly Part[],
  rest: readonly (readonly [axis: string, size: number | undefined])[],
): void {
  const parts = partsOf(h5, field);
  if (parts.length !== counts.length) {
    const [its, countsAre] = parts.length === 1 ? ["one array", "two"] : ["two arrays", "one"];
    const where = `${h5.file}:${parts[0]!.path}`;
    throw mismatch(where, `The ${name} is ${its}, but the counts are ${countsAre}.`);
  }
  parts.forEach(({ path }, i) => {
    const shape = h5.shape(path);
    const wanted = [["trials", counts[i]!.rows] as const, ...rest];
    const fits =
      shape.length === wanted.length && wanted.every(([, size], axis) => size === undefined || size === shape[axis]);
    if (fits) return;
    const text = wanted.map(([axis, size]) => (size === undefined ? axis : `${size} ${axis}`)).join(" × ");
    const what =
      shape.length === 1 && wanted.length === 1
        ? `The ${name} has ${shape[0]} values, but the counts have ${text}.`
        : `The ${name} ${name === "counts" ? "have" : "has"} shape ${shapeText(shape)}, but ${text} were expected.`;
    throw mismatch(`${h5.file}:${path}`, what, name === "counts" ? undefined : countsHint(h5, counts[i]!));
  });
}

/** What to do where something does not fit the counts: it may be them that are read wrongly. */
export function countsHint(h5: ArrayFile, { path }: Part): string {
  const [trials, bins, channels] = h5.shape(path);
  const read = `${trials} trials × ${bins} bins × ${channels} channels`;
  return `Mend the recording, or what the lfadsfile says of it: the counts, ${path}, are read as ${read}.`;
}

/** The split that the file brings along, as trial numbers from 1; undefined when it has none. */
export function ownSplit(
  h5: ArrayFile,
  { indices }: Pick<H5Spec, "indices">,
  counts: readonly Part[],
): { train: number[]; valid: number[] } | undefined {
  const [first, second] = counts as [Part, Part | undefined];
  if (!indices) {
    if (!second) return undefined;
    const numbers = (rows: number, from: number) => Array.from({ length: rows }, (_, i) => from + i + 1);
    return { train: numbers(first.rows, 0), valid: numbers(second.rows, first.rows) };
  }
  const read = (path: string): number[] => [...h5.readFloat64(path)].map((index) => index - indices.base + 1);
  const split = { train: read(indices.train), valid: read(indices.valid) };
  for (const [part, path, rows] of [
    ["train", indices.train, second && first.rows],
    ["valid", indices.valid, second?.rows],
  ] as const) {
    const where = `${h5.file}:${path}`;
    const numbers = split[part];
    if (rows !== undefined && rows !== numbers.length) {
      throw mismatch(where, `It holds ${numbers.length} trial indices, but the counts have ${rows} trials.`);
    }
    const most = second ? Infinity : first.rows;
    const bad = numbers.find((number) => !Number.isInteger(number) || number < 1 || number > most);
    if (bad !== undefined) {
      const range = second ? `from ${indices.base} up` : `from ${indices.base} to ${most - 1 + indices.base}`;
      throw mismatch(where, `The trial index ${bad - 1 + indices.base} is not a whole number ${range}.`);
    }
  }
  const seen = new Set<number>();
  for (const number of [...split.train, ...split.valid]) {
    if (seen.has(number)) {
      const what = `Trial index ${number - 1 + indices.base} occurs twice in the training and validation trials.`;
      throw mismatch(`${h5.file}:${indices.valid}`, what);
    }
    seen.add(number);
  }
  return split;
}

export function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? "() (a single value)" : shape.join(" × ");
}

export function mismatch(where: string, what: string, hint?: string): FailureError {
  return new FailureError({ kind: "data", what, where, ...(hint ? { hint } : {}) });
}
