import { sizeOf } from "#lib/hdf5/hdf5-array.js";
import { type ByteRange, readBytes } from "./byte-range.js";

/** Rows are kept from one pass over the file to the next question, so that few passes give all of them. */
const keptBytes = 256 * 2 ** 20;
/** Read at once. */
const pieceBytes = 8 * 2 ** 20;

/** Rows of an array whose first axis is the fastest (fortran_order), turned into row-major order. */
export class ColumnMajorRows {
  readonly #values: ByteRange;
  readonly #shape: readonly number[];
  readonly #width: number;
  #kept = { start: 0, count: 0, bytes: Buffer.from(new ArrayBuffer(0)) };

  /** @param width Bytes of a value. */
  constructor(values: ByteRange, shape: readonly number[], width: number) {
    this.#values = values;
    this.#shape = shape;
    this.#width = width;
  }

  read(start: number, count: number): Buffer<ArrayBuffer> {
    const rowBytes = sizeOf(this.#shape.slice(1)) * this.#width;
    const { start: first, count: kept } = this.#kept;
    if (start < first || start + count > first + kept) {
      const most = Math.max(count, Math.floor(keptBytes / Math.max(1, rowBytes)));
      const rows = Math.min(most, this.#shape[0]! - start);
      this.#kept = { start, count: rows, bytes: Buffer.from(new ArrayBuffer(0)) };
      this.#kept.bytes = this.#pass(start, rows, rowBytes);
    }
    const at = (start - this.#kept.start) * rowBytes;
    const bytes = Buffer.from(new ArrayBuffer(count * rowBytes));
    this.#kept.bytes.copy(bytes, 0, at, at + bytes.length);
    return bytes;
  }

  /** One pass over the file. A column is the values of all rows at one place of the other axes. */
  #pass(start: number, count: number, rowBytes: number): Buffer<ArrayBuffer> {
    const width = this.#width;
    const rest = this.#shape.slice(1);
    const rows = Buffer.from(new ArrayBuffer(count * rowBytes));
    const columnBytes = this.#shape[0]! * width;
    const columns = columnBytes === 0 ? 0 : sizeOf(rest);
    // Several columns whole, or of large ones the rows in question.
    const atOnce = Math.floor(pieceBytes / columnBytes);
    const places = columnPlaces(rest);
    for (let column = 0; column < columns; column += Math.max(1, atOnce)) {
      const many = Math.min(Math.max(1, atOnce), columns - column);
      const [from, length] = atOnce > 0 ? [0, many * columnBytes] : [start * width, count * width];
      const piece = readBytes(this.#values, column * columnBytes + from, length);
      for (let i = 0; i < many; i++) {
        let source = i * columnBytes + start * width - from;
        let target = places.next().value * width;
        for (let row = 0; row < count; row++, source += width, target += rowBytes) {
          for (let byte = 0; byte < width; byte++) rows[target + byte] = piece[source + byte]!;
        }
      }
    }
    return rows;
  }
}

/** Where the columns' values stand in a row of row-major order: the first of the axes counts up fastest. */
function* columnPlaces(shape: readonly number[]): Generator<number, never> {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const index = shape.map(() => 0);
  for (let place = 0; ; ) {
    yield place;
    for (let axis = 0; axis < shape.length; axis++) {
      place += strides[axis]!;
      index[axis]! += 1;
      if (index[axis]! < shape[axis]!) break;
      place -= index[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
}
