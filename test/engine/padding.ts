/** Plain rows to rows whose blocks of columns are padded to multiples of 4 with zeros, as the engine holds them. */
import { padded } from "#lib/engine/model-spec.js";

/** [rows][Σ blocks] → [paddedRows][Σ padded(block)]; `paddedRows` at least `rows`. */
export function pad(
  values: ArrayLike<number>,
  rows: number,
  blocks: readonly number[],
  paddedRows = rows,
): Float32Array {
  const [width, paddedWidth] = widths(blocks);
  const out = new Float32Array(paddedRows * paddedWidth);
  forEachColumn(blocks, (plain, at) => {
    for (let row = 0; row < rows; row++) out[row * paddedWidth + at] = values[row * width + plain]!;
  });
  return out;
}

/** The reverse of `pad`. */
export function unpad(values: ArrayLike<number>, rows: number, blocks: readonly number[]): Float64Array {
  const [width, paddedWidth] = widths(blocks);
  const out = new Float64Array(rows * width);
  forEachColumn(blocks, (plain, at) => {
    for (let row = 0; row < rows; row++) out[row * width + plain] = values[row * paddedWidth + at]!;
  });
  return out;
}

/** Whether all that `unpad` leaves out is zero. */
export function paddingIsZero(values: ArrayLike<number>, rows: number, blocks: readonly number[]): boolean {
  const back = pad(unpad(values, rows, blocks), rows, blocks, values.length / widths(blocks)[1]);
  for (let i = 0; i < values.length; i++) if (values[i] !== back[i]) return false;
  return true;
}

function widths(blocks: readonly number[]): [plain: number, padded: number] {
  return [blocks.reduce((a, b) => a + b, 0), blocks.reduce((a, b) => a + padded(b), 0)];
}

function forEachColumn(blocks: readonly number[], visit: (plain: number, at: number) => void): void {
  let plain = 0;
  let start = 0;
  for (const block of blocks) {
    for (let i = 0; i < block; i++) visit(plain++, start + i);
    start += padded(block);
  }
}
