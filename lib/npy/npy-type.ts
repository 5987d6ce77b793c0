import { bytesPerValue, type Hdf5Array, type Hdf5NumberType, hdf5TypeOf, newHdf5Array } from "#lib/hdf5/hdf5-array.js";

/** How the values of an array are stored. */
export interface NpyType {
  readonly kind: "number" | "float16" | "bool" | "bytes" | "unicode";
  /** What values of numbers are read as: half floats as float32, booleans as uint8; null for text. */
  readonly array: Hdf5NumberType | null;
  readonly bytesPerValue: number;
  readonly bigEndian: boolean;
}

const numberTypes: Readonly<Record<string, Hdf5NumberType>> = {
  i1: "int8",
  u1: "uint8",
  i2: "int16",
  u2: "uint16",
  i4: "int32",
  u4: "uint32",
  i8: "int64",
  u8: "uint64",
  f4: "float32",
  f8: "float64",
};

/** NumPy's name of a type, such as `<f8` or `|S5`; or what it is that is not read here. */
export function npyTypeOf(descr: string): NpyType | { readonly unreadable: string } {
  const [, order, code, size] = /^([<>|=]?)([a-zA-Z?])(\d*)/.exec(descr) ?? [];
  const bigEndian = order === ">";
  const width = Number(size);
  const number = numberTypes[`${code}${size}`];
  if (number) return { kind: "number", array: number, bytesPerValue: bytesPerValue(number), bigEndian };
  if (code === "f" && size === "2") return { kind: "float16", array: "float32", bytesPerValue: 2, bigEndian };
  if ((code === "b" && size === "1") || code === "?")
    return { kind: "bool", array: "uint8", bytesPerValue: 1, bigEndian };
  if ((code === "S" || code === "a") && width > 0)
    return { kind: "bytes", array: null, bytesPerValue: width, bigEndian };
  if (code === "U" && width > 0) return { kind: "unicode", array: null, bytesPerValue: 4 * width, bigEndian };
  return { unreadable: unreadableKinds[code ?? ""] ?? `values of the type ${descr}` };
}

const unreadableKinds: Readonly<Record<string, string>> = {
  O: "Python objects",
  c: "complex numbers",
  f: "floats of extended precision",
  M: "dates",
  m: "time spans",
  V: "raw bytes",
};

/** NumPy's name of what an array or a list holds, as it is written here: little-endian, text as UCS-4. */
export function descrOf(data: Hdf5Array | readonly string[] | readonly boolean[]): string {
  if (ArrayBuffer.isView(data)) {
    const type = hdf5TypeOf(data);
    const code = Object.keys(numberTypes).find((name) => numberTypes[name] === type)!;
    return `${bytesPerValue(type) === 1 ? "|" : "<"}${code}`;
  }
  if (typeof data[0] === "boolean") return "|b1";
  return `<U${(data as readonly string[]).reduce((most, text) => Math.max(most, [...text].length), 1)}`;
}

/** Stored bytes as numbers. May take over and change the bytes. */
export function decodeNumbers(bytes: Uint8Array<ArrayBuffer>, { kind, array, ...type }: NpyType): Hdf5Array {
  if (type.bigEndian) swapBytes(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), type.bytesPerValue);
  const length = bytes.length / type.bytesPerValue;
  if (kind === "float16") {
    const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, length);
    return Float32Array.from(halves, float16);
  }
  const numbers = newHdf5Array(array!, 0).constructor as new (
    bytes: ArrayBuffer,
    at: number,
    size: number,
  ) => Hdf5Array;
  return new numbers(bytes.buffer, bytes.byteOffset, length);
}

function swapBytes(bytes: Buffer, size: number): void {
  if (size === 2) bytes.swap16();
  else if (size === 4) bytes.swap32();
  else if (size === 8) bytes.swap64();
}

/** IEEE 754 half precision: 1 bit of sign, 5 of exponent, 10 of fraction. */
function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** Stored bytes as text, without the zeros that fill each value up; undefined where a code is no character. */
export function decodeText(bytes: Buffer, type: NpyType): string[] | undefined {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; at += type.bytesPerValue) {
    const value = bytes.subarray(at, at + type.bytesPerValue);
    if (type.kind === "bytes") texts.push(value.toString("utf8").replace(/\0+$/, ""));
    else {
      const codes = Array.from({ length: value.length / 4 }, (_, i) =>
        type.bigEndian ? value.readUInt32BE(4 * i) : value.readUInt32LE(4 * i),
      );
      if (codes.some((code) => code > 0x10ffff)) return undefined;
      texts.push(
        codes
          .map((code) => String.fromCodePoint(code))
          .join("")
          .replace(/\0+$/, ""),
      );
    }
  }
  return texts;
}
