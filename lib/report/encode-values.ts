import type { DecodedValues } from "./decode-values.js";
import type { Values } from "./report-data.js";

/** @param shape Of the numbers, row-major. */
export function encodeValues(numbers: DecodedValues, shape: readonly number[] = [numbers.length]): Values {
  const type =
    numbers instanceof Float32Array
      ? "float32"
      : numbers instanceof Int32Array
        ? "int32"
        : numbers instanceof Uint16Array
          ? "uint16"
          : "uint8";
  return { type, shape, data: Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString("base64") };
}

/** In the smallest type that holds whole numbers; float32 where they are none. */
export function encodeCounts(numbers: Float64Array, shape: readonly number[]): Values {
  const isWhole = numbers.every((value) => value >= 0 && value <= 0xffff && Number.isInteger(value));
  if (!isWhole) return encodeValues(Float32Array.from(numbers), shape);
  const isSmall = numbers.every((value) => value <= 0xff);
  return encodeValues(isSmall ? Uint8Array.from(numbers) : Uint16Array.from(numbers), shape);
}
