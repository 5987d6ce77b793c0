/** A box of a dataset: from start to before end along each axis; a scalar has no axes. */
export type Block = readonly (readonly [start: number, end: number])[];

/** Covers `shape` in row-major order with boxes of at most `mostValues` values, each a stretch of that order. */
export function* rowMajorBlocks(shape: readonly number[], mostValues: number): Generator<Block> {
  if (shape.includes(0)) return;
  const whole = (lengths: readonly number[]) => lengths.map((length) => [0, length] as const);
  // The axes from `inner` on fit in a box whole; the one before them is cut; those further out go one by one.
  let inner = shape.length;
  let innerSize = 1;
  while (inner > 0 && innerSize * shape[inner - 1]! <= mostValues) innerSize *= shape[--inner]!;
  if (inner === 0) {
    yield whole(shape);
    return;
  }
  const outer = shape.slice(0, inner - 1);
  const cut = shape[inner - 1]!;
  const step = Math.max(1, Math.floor(mostValues / innerSize));
  for (let position = 0; position < outer.reduce((size, length) => size * length, 1); position++) {
    const before = indexAt(position, outer).map((index) => [index, index + 1] as const);
    for (let start = 0; start < cut; start += step) {
      yield [...before, [start, Math.min(cut, start + step)], ...whole(shape.slice(inner))];
    }
  }
}

/** Row-major position → index along each axis. */
export function indexAt(position: number, shape: readonly number[]): number[] {
  let rest = position;
  const reversed = shape.toReversed().map((length) => {
    const index = rest % length;
    rest = (rest - index) / length;
    return index;
  });
  return reversed.toReversed();
}
