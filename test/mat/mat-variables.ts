/** One variable of every kind that a MAT file can hold and this project writes. */
import type { MatValue } from "#lib/mat/mat-value.js";
import { matCell, matLogical, matNumber, matNumbers, matStruct, matStructArray, matText } from "#lib/mat/mat-value.js";

export const matVariables: Readonly<Record<string, MatValue>> = {
  scalar: matNumber(0.1),
  row: matNumbers(Float64Array.of(1, 2, 3), [1, 3]),
  column: matNumbers(Float32Array.of(1.5, 2.5)),
  cube: matNumbers(
    Float64Array.from({ length: 24 }, (_, i) => i),
    [2, 3, 4],
  ),
  empty: matNumbers(new Float64Array(0), [0, 3]),
  int8: matNumbers(Int8Array.of(-7, 1)),
  uint8: matNumbers(Uint8Array.of(255, 1, 2, 3, 4), [1, 5]),
  int16: matNumbers(Int16Array.of(-700, 1, 2), [3, 1]),
  uint16: matNumbers(Uint16Array.of(65535), [1, 1]),
  int32: matNumbers(Int32Array.of(-(2 ** 31), 1)),
  uint32: matNumbers(Uint32Array.of(2 ** 32 - 1, 1)),
  int64: matNumbers(BigInt64Array.of(-(2n ** 60n), 1n)),
  uint64: matNumbers(BigUint64Array.of(2n ** 63n, 1n)),
  complex: { ...matNumbers(Float64Array.of(1, 2, 3, 4), [2, 2]), imaginary: Float64Array.of(5, 6, 7, 8) },
  logical: matLogical([true, false, true, true, false, false], [2, 3]),
  text: matText("a reach to the left"),
  greek: matText("λ ∈ [0, ∞) été"),
  none: matText(""),
  lines: { class: "char", shape: [2, 3], text: "onetwo" },
  cell: matCell([matNumber(1), matText("two"), matCell([]), matLogical([1], [1, 1])], [2, 2]),
  sparse: {
    class: "sparse",
    of: "double",
    shape: [2, 3],
    rows: Int32Array.of(1, 0),
    columnStarts: Int32Array.of(0, 1, 1, 2),
    data: Float64Array.of(-1, 2.5),
  },
  mask: {
    class: "sparse",
    of: "logical",
    shape: [3, 1],
    rows: Int32Array.of(0, 2),
    columnStarts: Int32Array.of(0, 2),
    data: Float64Array.of(1, 1),
  },
  struct: matStruct({ rates: matNumbers(Float64Array.of(1, 2), [1, 2]), of: matStruct({ monkey: matText("N") }) }),
  trials: matStructArray(
    [
      { counts: matNumbers(Uint8Array.of(1, 2, 3, 4, 5, 6), [2, 3]), aNameOfMoreThanThirtyOneCharacters: matText("p") },
      { counts: matNumbers(Uint8Array.of(7, 8), [2, 1]), aNameOfMoreThanThirtyOneCharacters: matText("q") },
    ],
    [1, 2],
  ),
};
