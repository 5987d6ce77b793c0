import { toFloat64 } from "#lib/hdf5/hdf5-array.js";
import { sparseEntry } from "./array-entries.js";
import { type Bytes, elementAt, isNumbers, numbersOf } from "./data-element.js";
import { mi } from "./mat-codes.js";
import type { MatEntry } from "./mat-entry.js";
import { damaged } from "./mat-failure.js";
import type { MatSparse } from "./mat-value.js";
import type { MatrixHeader } from "./matrix-header.js";

/** A sparse matrix of a MAT file of level 5, whose contents begin at `start`: rows, column starts, values. */
export function parseSparse(bytes: Bytes, header: MatrixHeader, start: number, end: number): MatEntry {
  const { shape, isComplex, isLogical } = header;
  const read = (): MatSparse => {
    const parts: Float64Array[] = [];
    let at = start;
    for (let part = 0; part < (isComplex ? 4 : 3); part++) {
      const element = elementAt(bytes, at, end);
      if (!isNumbers(element)) throw damaged(bytes.where, `numbers are stored as type ${element.type}`);
      // Whatever their tag says, MATLAB stores the values of a logical matrix as bytes.
      const areBytes = isLogical && part === 2 && element.end - element.start === parts[0]!.length;
      parts.push(toFloat64(numbersOf(bytes, areBytes ? { ...element, type: mi.uint8 } : element)));
      at = element.next;
    }
    const [rows, columnStarts, data, imaginary] = parts as [Float64Array, Float64Array, Float64Array, Float64Array?];
    return checkedSparse(bytes.where, {
      class: "sparse",
      of: isLogical ? "logical" : "double",
      shape,
      rows: Int32Array.from(rows),
      columnStarts: Int32Array.from(columnStarts.subarray(0, shape[1]! + 1)),
      data,
      ...(imaginary ? { imaginary } : {}),
    });
  };
  return sparseEntry({ where: bytes.where, class: "sparse", shape }, read, isComplex);
}

/** Without the room for more entries that MATLAB may have left. */
export function checkedSparse(where: string, sparse: MatSparse): MatSparse {
  const { shape, rows, columnStarts, data, imaginary } = sparse;
  const [nRows, nColumns, ...more] = shape as [number, number, ...number[]];
  const entries = columnStarts.at(-1) ?? 0;
  const fits =
    more.length === 0 &&
    columnStarts.length === nColumns + 1 &&
    columnStarts[0] === 0 &&
    columnStarts.every((from, column) => column === 0 || from >= columnStarts[column - 1]!) &&
    [rows, data, ...(imaginary ? [imaginary] : [])].every((part) => part.length >= entries) &&
    rows.subarray(0, entries).every((row) => row >= 0 && row < nRows);
  if (!fits) throw damaged(where, "the entries of the sparse matrix do not fit its shape");
  return {
    ...sparse,
    rows: rows.slice(0, entries),
    data: data.slice(0, entries),
    ...(imaginary ? { imaginary: imaginary.slice(0, entries) } : {}),
  };
}
