/**
 * The byte stream that the Run Manager hashes: class name, sizes, content, without separators.
 */
import { type IntegerClass, isIntegerClass, type MatlabValue, type NumericClass } from "./matlab-value.js";

/**
 * @param shrinkIntegers Integer arrays are written in the smallest class that the Run Manager would choose.
 *   False reproduces the hashes of its revisions of April to August 2018.
 */
export function encodeMatlab(value: MatlabValue, shrinkIntegers = true): Buffer {
  const parts: Buffer[] = [];
  append(parts, value, shrinkIntegers);
  return Buffer.concat(parts);
}

function append(parts: Buffer[], value: MatlabValue, shrinkIntegers: boolean): void {
  switch (value.class) {
    case "struct": {
      parts.push(header("struct", [1, 1]));
      for (const name of Object.keys(value.fields).sort(byCodeUnits)) {
        parts.push(Buffer.from(name, "latin1"));
        append(parts, value.fields[name] as MatlabValue, shrinkIntegers);
      }
      return;
    }
    case "cell":
      parts.push(header("cell", value.dims));
      for (const element of value.data) append(parts, element, shrinkIntegers);
      return;
    case "char":
      parts.push(header("char", value.dims), Buffer.from(value.data, "utf16le"));
      return;
    case "logical":
      parts.push(header("logical", value.dims), Buffer.from(value.data.map(Number)));
      return;
    default: {
      const written = shrinkIntegers ? shrunk(value.class, value.data) : value.class;
      parts.push(header(written, value.dims), numbers(written, value.data));
    }
  }
}

/** Class name in ASCII, then the number of dimensions and each size as uint64. */
function header(className: string, dims: readonly number[]): Buffer {
  const name = `${className} ${dims.join(" ")}`;
  const known = headers.get(name);
  if (known) return known;
  const sizes = Buffer.alloc(8 * (dims.length + 1));
  for (const [i, size] of [dims.length, ...dims].entries()) sizes.writeBigUInt64LE(BigInt(size), 8 * i);
  const made = Buffer.concat([Buffer.from(className, "latin1"), sizes]);
  headers.set(name, made);
  return made;
}

/** A sweep has the same few again and again. */
const headers = new Map<string, Buffer>();

/** The class that an integer array of 32 or 64 bits shrinks to. Empty arrays keep theirs. */
function shrunk(className: NumericClass, data: readonly (number | bigint)[]): NumericClass {
  if (data.length === 0) return className;
  const values = data as readonly bigint[]; // numbers and bigints compare with each other
  if (className === "uint32" || className === "uint64") {
    if (values.every((v) => v <= 65535n)) return "uint16";
    if (values.every((v) => v <= 4294967295n)) return "uint32";
  }
  if (className === "int32" || className === "int64") {
    if (values.every((v) => v >= -32768n && v <= 32767n)) return "int16";
    // The original asks for less than intmax here, not for at most intmax.
    if (values.every((v) => v >= -2147483648n && v < 2147483647n)) return "int32";
  }
  return className;
}

function numbers(className: NumericClass, data: readonly (number | bigint)[]): Buffer {
  const size = elementBytes(className);
  const bytes = Buffer.alloc(size * data.length);
  for (const [i, v] of data.entries()) writeNumber(bytes, className, size * i, v);
  return bytes;
}

function writeNumber(bytes: Buffer, className: NumericClass, at: number, v: number | bigint): void {
  if (className === "double") {
    // MATLAB's NaN has its sign bit set.
    if (Number.isNaN(v)) bytes.writeBigUInt64LE(0xfff8000000000000n, at);
    else bytes.writeDoubleLE(Number(v), at);
  } else if (className === "single") {
    if (Number.isNaN(v)) bytes.writeUInt32LE(0xffc00000, at);
    else bytes.writeFloatLE(Number(v), at);
  } else if (className === "int64") bytes.writeBigInt64LE(BigInt(v), at);
  else if (className === "uint64") bytes.writeBigUInt64LE(BigInt(v), at);
  else if (className.startsWith("u")) bytes.writeUIntLE(Number(v), at, elementBytes(className));
  else bytes.writeIntLE(Number(v), at, elementBytes(className));
}

function elementBytes(className: NumericClass): number {
  if (className === "double") return 8;
  if (className === "single") return 4;
  return isIntegerClass(className) ? integerBytes[className] : 0;
}

const integerBytes: Readonly<Record<IntegerClass, number>> = {
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
};

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
