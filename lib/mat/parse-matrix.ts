/** An array of a MAT file of level 5, from its bytes. What it holds is parsed when it is asked for. */
import { cellEntry, type EntryPlace, numbersEntry, structEntry, unreadableEntry } from "./array-entries.js";
import { type Bytes, type Element, elementAt, isNumbers, lengthOf, numbersOf, uint32 } from "./data-element.js";
import { decodeChars } from "./decode-chars.js";
import { mi } from "./mat-codes.js";
import type { MatEntry } from "./mat-entry.js";
import { damaged } from "./mat-failure.js";
import { elementsIn } from "./mat-value.js";
import { parseHeader, untilZero } from "./matrix-header.js";
import { parseSparse } from "./parse-sparse.js";

/** Cells and structs within each other; no file that MATLAB wrote for people comes near. */
const DEEPEST = 500;

/** The array whose content is from `start` to before `end`. */
export function parseMatrix(bytes: Bytes, start: number, end: number, depth = 0): MatEntry {
  if (depth > DEEPEST) throw damaged(bytes.where, `arrays are nested more than ${DEEPEST} deep`);
  if (start === end) return emptyDouble(bytes.where);
  const header = parseHeader(bytes, start, end);
  const { shape, contents } = header;
  const place: EntryPlace = { where: bytes.where, class: header.isLogical ? "logical" : header.class, shape };
  switch (header.class) {
    case "function":
    case "object":
      return unreadableEntry({ where: bytes.where, class: header.class, shape });
    case "char": {
      const element = elementAt(bytes, contents, end);
      return decodeChars(bytes, element, place);
    }
    case "sparse":
      return parseSparse(bytes, header, contents, end);
    case "cell":
      return cellEntry(place, () => children(bytes, contents, end, elementsIn(shape), depth));
    case "struct": {
      const { fields, next } = fieldNames(bytes, contents, end);
      let all: readonly MatEntry[] | undefined;
      return structEntry(place, fields, (index) => {
        all ??= children(bytes, next, end, elementsIn(shape) * fields.length, depth);
        return all.filter((_, i) => i % fields.length === index);
      });
    }
    default: {
      const real = numbersWithin(bytes, contents, end, shape);
      const imaginary = header.isComplex ? numbersWithin(bytes, real.next, end, shape) : undefined;
      return numbersEntry(place, () => numbersOf(bytes, real), imaginary && (() => numbersOf(bytes, imaginary)));
    }
  }
}

function numbersWithin(bytes: Bytes, at: number, end: number, shape: readonly number[]): Element {
  const element = elementAt(bytes, at, end);
  if (!isNumbers(element)) throw damaged(bytes.where, `numbers are stored as type ${element.type}`);
  const [expected, there] = [elementsIn(shape), lengthOf(element)];
  if (there !== expected) throw damaged(bytes.where, `there are ${there} values, but the shape asks for ${expected}`);
  return element;
}

/** The arrays one after the other that a cell or struct array is made of. */
function children(bytes: Bytes, start: number, end: number, count: number, depth: number): MatEntry[] {
  if (count * 8 > end - start) throw damaged(bytes.where, `there is no room for ${count} elements`);
  const found: MatEntry[] = [];
  for (let at = start; found.length < count; ) {
    const element = elementAt(bytes, at, end);
    if (element.type !== mi.matrix) throw damaged(bytes.where, `an element is of type ${element.type}`);
    found.push(parseMatrix(bytes, element.start, element.end, depth + 1));
    at = element.next;
  }
  return found;
}

function fieldNames(bytes: Bytes, start: number, end: number): { fields: string[]; next: number } {
  const width = elementAt(bytes, start, end);
  const names = elementAt(bytes, width.next, end);
  const each = width.end - width.start === 4 ? uint32(bytes, width.start) : 0;
  const length = names.end - names.start;
  if (each === 0 || length % each !== 0) throw damaged(bytes.where, "the field names have no length");
  const fields = Array.from({ length: length / each }, (_, i) => {
    const from = names.start + i * each;
    return untilZero(bytes.data.toString("latin1", from, from + each));
  });
  return { fields: distinct(fields), next: names.next };
}

/** A name that comes again gets a number, so that no field hides another. */
function distinct(names: readonly string[]): string[] {
  return names.map((name, i) => {
    const before = names.slice(0, i).filter((other) => other === name).length;
    return before === 0 ? name : `_${before}_${name}`;
  });
}

function emptyDouble(where: string): MatEntry {
  return numbersEntry({ where, class: "double", shape: [0, 0] }, () => new Float64Array(0));
}
