/**
 * Copies values of a strided array into a row-major one.
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
  const last = shape.length - 1;
  const innerCount = shape[last] ?? 1;
  const innerStride = strides[last] ?? 1;
  const index = new Array<number>(Math.max(0, last)).fill(0);
  let from = offset;
  for (let to = 0; ; ) {
    for (let i = 0, at = from; i < innerCount; i++, at += innerStride) into[to++] = data[at];
    let axis = last - 1;
    for (; axis >= 0; axis--) {
      from += strides[axis]!;
      index[axis]! += 1;
      if (index[axis]! < shape[axis]!) break;
      from -= shape[axis]! * strides[axis]!;
      index[axis] = 0;
    }
    if (axis < 0) return into;
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
