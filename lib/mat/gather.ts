/**
 * Copies values of a strided array into a row-major one. The axis whose neighbours are closest in `data` is walked
 * innermost, so that memory is read in runs.
 * @param shape Of what is copied.
 * @param strides For each axis of `shape`, how far apart neighbours are in `data`.
 * @param into As long as `shape` has elements.
 */
export function gather<T extends { length: number; [i: number]: unknown }>(
  data: ArrayLike<unknown>,
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
  into: T,
): T {
  if (into.length === 0) return into;
  const axes = shape.map((_, axis) => axis).filter((axis) => shape[axis]! > 1);
  const inner = axes.reduce((best, axis) => (strides[axis]! < strides[best]! ? axis : best), axes.at(-1) ?? 0);
  const outer = axes.filter((axis) => axis !== inner);
  const toStrides = rowMajorStrides(shape);
  const [count, step, toStep] = [shape[inner] ?? 1, strides[inner] ?? 1, toStrides[inner] ?? 1];
  const index = outer.map(() => 0);
  let from = offset;
  let to = 0;
  for (;;) {
    for (let i = 0, at = from, toAt = to; i < count; i++, at += step, toAt += toStep) into[toAt] = data[at];
    let k = outer.length - 1;
    for (; k >= 0; k--) {
      const axis = outer[k]!;
      from += strides[axis]!;
      to += toStrides[axis]!;
      index[k]! += 1;
      if (index[k]! < shape[axis]!) break;
      from -= shape[axis]! * strides[axis]!;
      to -= shape[axis]! * toStrides[axis]!;
      index[k] = 0;
    }
    if (k < 0) return into;
  }
}

/** Distance between neighbours along each axis, the first index moving fastest, as in MATLAB. */
export function columnMajorStrides(shape: readonly number[]): number[] {
  let size = 1;
  return shape.map((length) => {
    const stride = size;
    size *= length;
    return stride;
  });
}

/** Distance between neighbours along each axis, the last index moving fastest. */
export function rowMajorStrides(shape: readonly number[]): number[] {
  return columnMajorStrides(shape.toReversed()).toReversed();
}
