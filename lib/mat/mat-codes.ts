/** Numbers in MAT files of level 5, as MathWorks' description of the format names them. */
import type { MatNumberClass } from "./mat-value.js";

/** Data types: how a run of values is stored. */
export const mi = {
  int8: 1,
  uint8: 2,
  int16: 3,
  uint16: 4,
  int32: 5,
  uint32: 6,
  single: 7,
  double: 9,
  int64: 12,
  uint64: 13,
  matrix: 14,
  compressed: 15,
  utf8: 16,
  utf16: 17,
  utf32: 18,
} as const;

/** Classes: what an array is to MATLAB. */
export const mx = {
  cell: 1,
  struct: 2,
  object: 3,
  char: 4,
  sparse: 5,
  double: 6,
  single: 7,
  int8: 8,
  uint8: 9,
  int16: 10,
  uint16: 11,
  int32: 12,
  uint32: 13,
  int64: 14,
  uint64: 15,
  function: 16,
  opaque: 17,
} as const satisfies Record<MatNumberClass, number> & Record<string, number>;

/** Bits of an array's flags. */
export const flag = { logical: 0x02, global: 0x04, complex: 0x08 } as const;
