import { readSync } from "node:fs";
import { toFloat64 } from "#lib/hdf5/hdf5-array.js";
import { charEntry, numbersEntry, sparseEntry } from "./array-entries.js";
import { type Bytes, numbersOf, uint32 } from "./data-element.js";
import { mi } from "./mat-codes.js";
import type { MatContents, MatEntry } from "./mat-entry.js";
import { damaged, unusable } from "./mat-failure.js";
import type { MatSparse } from "./mat-value.js";
import { checkedSparse } from "./parse-sparse.js";

/** How values are stored, by the tens digit of a variable's type. */
const types = [mi.double, mi.single, mi.int32, mi.int16, mi.uint16, mi.uint8] as const;
const widths = [8, 4, 4, 2, 2, 1] as const;
const HEADER_BYTES = 20;

interface Header {
  readonly name: string;
  readonly type: number;
  readonly kind: number;
  readonly rows: number;
  readonly columns: number;
  readonly isComplex: boolean;
}

/** The variables of a MAT file of level 4: matrices of numbers, of characters, and sparse ones. */
export function listMat4(file: string, descriptor: number, fileBytes: number): MatContents {
  const variables = new Map<string, () => MatEntry>();
  const read = (at: number, length: number): Buffer => {
    if (at + length > fileBytes) throw damaged(file, `the file ends within the ${length} bytes from byte ${at} on`);
    const data = Buffer.alloc(length);
    return data.subarray(0, readSync(descriptor, data, 0, length, at));
  };
  try {
    for (let at = 0; at < fileBytes; ) {
      const head = read(at, HEADER_BYTES);
      const bigEndian = isBigEndian(head, file);
      const bytes: Bytes = { data: head, bigEndian, where: file };
      const [code, rows, columns, complex, nameBytes] = [0, 4, 8, 12, 16].map((offset) => uint32(bytes, offset)) as [
        ...[number, number, number, number, number],
      ];
      const [machine, zero, precision, kind] = [1000, 100, 10, 1].map((unit) => Math.floor(code / unit) % 10) as [
        ...[number, number, number, number],
      ];
      if (machine > 1) throw unusable(file, "The MAT file was written on a VAX or a Cray, whose numbers are not read.");
      if (zero !== 0 || precision >= types.length || kind > 2 || complex > 1 || nameBytes > 4096) {
        throw damaged(file, `the header at byte ${at} makes no sense`);
      }
      const name = read(at + HEADER_BYTES, nameBytes)
        .toString("latin1")
        .replace(/\0.*$/s, "");
      const header: Header = { name, type: types[precision]!, kind, rows, columns, isComplex: complex === 1 };
      const start = at + HEADER_BYTES + nameBytes;
      const length = rows * columns * (complex + 1) * widths[precision]!;
      variables.set(name, () => entryOf(header, { data: read(start, length), bigEndian, where: `${file}:${name}` }));
      at = start + length;
    }
  } catch (damage) {
    return { variables, damage };
  }
  return { variables };
}

/** The type of the first variable is a number below 5000 in the order of bytes that it was written in. */
function isBigEndian(head: Buffer, file: string): boolean {
  if (head.readUInt32LE(0) < 5000) return false;
  if (head.readUInt32BE(0) < 5000) return true;
  throw damaged(file, "the file begins with no variable");
}

function entryOf(header: Header, bytes: Bytes): MatEntry {
  const { where } = bytes;
  const shape = [header.rows, header.columns];
  const length = bytes.data.length;
  const part = (from: number, to: number) => numbersOf(bytes, { type: header.type, start: from, end: to, next: to });
  if (header.kind === 1) {
    const codes = toFloat64(part(0, header.isComplex ? length / 2 : length));
    const text = Array.from(codes, (code) => String.fromCharCode(code)).join("");
    return charEntry({ where, class: "char", shape }, () => text);
  }
  if (header.kind === 2) return sparse(header, bytes, toFloat64(part(0, length)));
  const end = header.isComplex ? length / 2 : length;
  return numbersEntry(
    { where, class: "double", shape },
    () => part(0, end),
    header.isComplex ? () => part(end, length) : undefined,
  );
}

/** Rows of (row, column, value, or real and imaginary part), from 1; the last one has the numbers of rows and columns. */
function sparse({ rows: n, columns }: Header, { where }: Bytes, table: Float64Array): MatEntry {
  if (n < 1 || columns < 3 || columns > 4) throw damaged(where, `a sparse matrix is stored as ${n} × ${columns}`);
  const column = (c: number) => table.subarray(c * n, (c + 1) * n);
  const [rowNumbers, columnNumbers, values] = [column(0), column(1), column(2)];
  const shape = [rowNumbers[n - 1]!, columnNumbers[n - 1]!];
  const inRange = shape.every((each) => Number.isInteger(each) && each >= 0 && each < 2 ** 31);
  if (!inRange || shape[1]! > 2 ** 26) throw damaged(where, `the sparse matrix has the shape ${shape.join(" × ")}`);
  const read = (): MatSparse => {
    const order = Array.from({ length: n - 1 }, (_, i) => i).sort(
      (a, b) => columnNumbers[a]! - columnNumbers[b]! || rowNumbers[a]! - rowNumbers[b]!,
    );
    const columnStarts = new Int32Array(shape[1]! + 1);
    for (const i of order) {
      const number = columnNumbers[i]!;
      if (!(number >= 1 && number <= shape[1]!)) throw damaged(where, `an entry is in column ${number}`);
      columnStarts[number]! += 1;
    }
    for (let c = 0; c < shape[1]!; c++) columnStarts[c + 1]! += columnStarts[c]!;
    return checkedSparse(where, {
      class: "sparse",
      of: "double",
      shape,
      rows: Int32Array.from(order, (i) => rowNumbers[i]! - 1),
      columnStarts,
      data: Float64Array.from(order, (i) => values[i]!),
      ...(columns === 4 ? { imaginary: Float64Array.from(order, (i) => column(3)[i]!) } : {}),
    });
  };
  return sparseEntry({ where, class: "sparse", shape }, read, columns === 4);
}
