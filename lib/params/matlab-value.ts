/**
 * A value as MATLAB holds it: a class, sizes, and the elements in column-major order.
 */
export type IntegerClass = "int8" | "uint8" | "int16" | "uint16" | "int32" | "uint32" | "int64" | "uint64";
export type NumericClass = "double" | "single" | IntegerClass;
/** The classes that a parameter can be declared with. */
export type MatlabClass = NumericClass | "logical" | "char" | "cell";

/** `dims` has two sizes or more. Elements of the 64-bit classes may be bigints; NaN and infinities are allowed. */
export type MatlabValue =
  | { readonly class: NumericClass; readonly dims: readonly number[]; readonly data: readonly (number | bigint)[] }
  | { readonly class: "logical"; readonly dims: readonly number[]; readonly data: readonly boolean[] }
  | { readonly class: "char"; readonly dims: readonly number[]; readonly data: string }
  | { readonly class: "cell"; readonly dims: readonly number[]; readonly data: readonly MatlabValue[] }
  | MatlabStruct;

/** A 1×1 struct. */
export interface MatlabStruct {
  readonly class: "struct";
  readonly fields: Readonly<Record<string, MatlabValue>>;
}

/** The closed range of an integer class. */
export const integerRange: Readonly<Record<IntegerClass, readonly [min: bigint, max: bigint]>> = {
  int8: [-128n, 127n],
  uint8: [0n, 255n],
  int16: [-32768n, 32767n],
  uint16: [0n, 65535n],
  int32: [-2147483648n, 2147483647n],
  uint32: [0n, 4294967295n],
  int64: [-9223372036854775808n, 9223372036854775807n],
  uint64: [0n, 18446744073709551615n],
};

export function isIntegerClass(name: string): name is IntegerClass {
  return Object.hasOwn(integerRange, name);
}
