import { charEntry, type EntryPlace } from "./array-entries.js";
import { type Bytes, type Element, numbersOf } from "./data-element.js";
import { mi } from "./mat-codes.js";
import type { MatEntry } from "./mat-entry.js";
import { damaged } from "./mat-failure.js";
import { elementsIn } from "./mat-value.js";

/**
 * Text of a MAT file of level 5. MATLAB counts UTF-16 code units in the shape; Octave counts the bytes of UTF-8, so the
 * shape of a single row is what the text has.
 */
export function decodeChars(bytes: Bytes, element: Element, place: EntryPlace): MatEntry {
  const text = unitsOf(bytes, element);
  const expected = elementsIn(place.shape);
  if (text.length === expected) return charEntry(place, () => text);
  if (place.shape.length === 2 && place.shape[0] === 1) {
    return charEntry({ ...place, shape: [1, text.length] }, () => text);
  }
  throw damaged(place.where, `there are ${text.length} characters, but the shape asks for ${expected}`);
}

function unitsOf(bytes: Bytes, element: Element): string {
  const { data } = bytes;
  const { type, start, end } = element;
  switch (type) {
    case mi.utf8:
      return data.toString("utf8", start, end);
    case mi.int8:
    case mi.uint8:
      return data.toString("latin1", start, end);
    case mi.uint16:
    case mi.int16:
    case mi.utf16: {
      const units = numbersOf(bytes, { ...element, type: mi.uint16 });
      return Buffer.from(units.buffer, units.byteOffset, units.byteLength).toString("utf16le");
    }
    case mi.utf32: {
      const points = numbersOf(bytes, { ...element, type: mi.uint32 }) as Uint32Array;
      return Array.from(points, (point) => (point <= 0x10ffff ? String.fromCodePoint(point) : "\ufffd")).join("");
    }
    default:
      throw damaged(bytes.where, `characters are stored as type ${type}`);
  }
}
