/** The order of MATLAB's files, in which the first index moves fastest, and ours, in which the last one does. */
import { rowMajorStrides } from "./gather.js";

/** Visits the `count` elements of an array from the `start`-th of MATLAB's order on, each by its row-major position. */
export function visitColumnMajor(
  shape: readonly number[],
  start: number,
  count: number,
  visit: (rowMajorPosition: number, nth: number) => void,
): void {
  if (count === 0) return;
  const strides = rowMajorStrides(shape);
  const [rows = 1, ...others] = shape;
  const rowStride = strides[0] ?? 1;
  const columnStrides = strides.slice(1);
  const index = indexColumnMajor(Math.floor(start / rows), others);
  let column = index.reduce((sum, i, axis) => sum + i * columnStrides[axis]!, 0);
  let row = start % rows;
  for (let nth = 0; nth < count; row = 0) {
    const end = Math.min(rows, row + count - nth);
    for (; row < end; row++) visit(column + row * rowStride, nth++);
    for (let axis = 0; axis < others.length; axis++) {
      column += columnStrides[axis]!;
      index[axis]! += 1;
      if (index[axis]! < others[axis]!) break;
      column -= index[axis]! * columnStrides[axis]!;
      index[axis] = 0;
    }
  }
}

/** The elements in MATLAB's order. */
export function inColumnMajor<T>(elements: readonly T[], shape: readonly number[]): T[] {
  const ordered: T[] = [];
  visitColumnMajor(shape, 0, elements.length, (position) => ordered.push(elements[position]!));
  return ordered;
}

function indexColumnMajor(position: number, shape: readonly number[]): number[] {
  let rest = position;
  return shape.map((length) => {
    const index = rest % length;
    rest = Math.floor(rest / length);
    return index;
  });
}
