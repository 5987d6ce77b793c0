import { sizeOf } from "#lib/hdf5/hdf5-array.js";
import { type ByteRange, readBytes } from "./byte-range.js";

/** Rows are kept from one pass over the file to the next question, so that few passes give all of them. */
const keptBytes = 256 * 2 ** 20;
/** Read at once, where a row's values are not together. */
const pieceBytes = 8 * 2 ** 20;

/**
 * Rows, row-major, of an array whose axes are stored in another order.
 *
 * Along the stored axes, slowest first, a row axis cuts the values into blocks: what is slower than it says which block,
 * and in a block the values of one row are together (`inner` of them).
 */
export class ReorderedRows {
  readonly #values: ByteRange;
  readonly #width: number;
  readonly #nRows: number;
  readonly #rowSize: number;
  /** Where in a row each block, and each value of a row in a block, belongs. */
  readonly #blocks: Float64Array;
  readonly #inner: Float64Array;
  #kept = { start: 0, count: 0, bytes: Buffer.from(new ArrayBuffer(0)) };

  /**
   * @param shape Of the array; its first axis is the rows.
   * @param stored Axes of `shape` in the order in which they are stored, slowest first.
   * @param width Bytes of a value.
   */
  constructor(values: ByteRange, shape: readonly number[], stored: readonly number[], width: number) {
    const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
    const places = (axes: readonly number[]) =>
      axes.reduce<Float64Array>((outer, axis) => {
        const length = shape[axis]!;
        return Float64Array.from(
          { length: outer.length * length },
          (_, i) => outer[Math.floor(i / length)]! + (i % length) * strides[axis]!,
        );
      }, Float64Array.of(0));
    const row = stored.indexOf(0);
    this.#values = values;
    this.#width = width;
    this.#nRows = shape[0]!;
    this.#rowSize = strides[0]!;
    this.#blocks = places(stored.slice(0, row));
    this.#inner = places(stored.slice(row + 1));
  }

  read(start: number, count: number): Buffer<ArrayBuffer> {
    const rowBytes = this.#rowSize * this.#width;
    const { start: first, count: kept } = this.#kept;
    if (start < first || start + count > first + kept) {
      const most = Math.max(count, Math.floor(keptBytes / Math.max(1, rowBytes)));
      const rows = Math.min(most, this.#nRows - start);
      this.#kept = { start, count: 0, bytes: Buffer.from(new ArrayBuffer(0)) };
      this.#kept = { start, count: rows, bytes: this.#pass(start, rows) };
    }
    const at = (start - this.#kept.start) * rowBytes;
    const bytes = Buffer.from(new ArrayBuffer(count * rowBytes));
    this.#kept.bytes.copy(bytes, 0, at, at + bytes.length);
    return bytes;
  }

  /** One pass over the file. */
  #pass(start: number, count: number): Buffer<ArrayBuffer> {
    const width = this.#width;
    const inner = this.#inner.length;
    const rows = Buffer.from(new ArrayBuffer(count * this.#rowSize * width));
    const rowBytes = inner * width;
    const blockBytes = this.#nRows * rowBytes;
    if (rows.length === 0) return rows;
    // Several blocks whole, or of a large one the rows in question.
    const atOnce = Math.floor(pieceBytes / blockBytes);
    for (let block = 0; block < this.#blocks.length; block += Math.max(1, atOnce)) {
      const many = Math.min(Math.max(1, atOnce), this.#blocks.length - block);
      const [from, length] = atOnce > 0 ? [0, many * blockBytes] : [start * rowBytes, count * rowBytes];
      const piece = readBytes(this.#values, block * blockBytes + from, length);
      for (let i = 0; i < many; i++) {
        let source = i * blockBytes + start * rowBytes - from;
        for (let row = 0; row < count; row++) {
          const place = row * this.#rowSize + this.#blocks[block + i]!;
          for (let value = 0; value < inner; value++) {
            const target = (place + this.#inner[value]!) * width;
            for (let byte = 0; byte < width; byte++) rows[target + byte] = piece[source++]!;
          }
        }
      }
    }
    return rows;
  }
}
