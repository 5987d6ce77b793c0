/** Arrays of a MAT file that hold one value a trial or a bin. */
import type { MatEntry } from "#lib/mat/mat-entry.js";
import { describe, type MatPlace } from "#lib/mat/mat-path.js";
import { elementsIn } from "#lib/mat/mat-value.js";
import { mismatch } from "./h5-layout.js";
import { expectNumbers } from "./mat-trials.js";

/** Real numbers, row-major. Throws FailureError `data` for anything else. */
export function numbersIn(entry: MatEntry, where: string): Float64Array {
  expectNumbers(entry, where);
  return entry.slab(0, 0, entry.shape[0]!);
}

/** One number an element; NaN where an element is empty. */
export function matNumbersOf(place: MatPlace, where: string): Float64Array {
  if ("one" in place) return numbersIn(place.one, where);
  return Float64Array.from(place.each, (entry, i) => {
    const numbers = numbersIn(entry, `${where} of trial ${i + 1}`);
    if (numbers.length > 1) throw notOne(entry, i, where, "number");
    return numbers[0] ?? Number.NaN;
  });
}

/** A number or a text for each trial: rows of characters, cells of text, or a field of a struct array. */
export function matLabels(place: MatPlace, where: string): readonly (string | number)[] {
  if ("one" in place) {
    const { one } = place;
    return one.class === "char" ? rowsOf(one) : [...numbersIn(one, where)];
  }
  const labels = place.each.map((entry, i) => {
    if (elementsIn(entry.shape) === 0) return undefined;
    const label = entry.class === "char" ? rowsOf(entry) : [...numbersIn(entry, `${where} of trial ${i + 1}`)];
    if (label.length !== 1) throw notOne(entry, i, where, "number or text");
    return label[0]!;
  });
  const isText = labels.some((label) => typeof label === "string");
  return labels.map((label) => (isText ? String(label ?? "") : (label ?? Number.NaN)));
}

/** Rows are padded with blanks to one length. */
function rowsOf(entry: MatEntry): string[] {
  const value = entry.value();
  if (value.class !== "char") return [];
  const [rows = 0] = value.shape;
  const width = value.text.length / Math.max(1, rows);
  return Array.from({ length: rows }, (_, row) => value.text.slice(row * width, (row + 1) * width).trimEnd());
}

function notOne(entry: MatEntry, index: number, where: string, wanted: string) {
  return mismatch(where, `Trial ${index + 1} has a ${describe(entry)}, but one ${wanted} was expected.`);
}
