/** Whole numbers by the names that h5py and MATLAB share. */
export const integerArrays = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
} as const;

/** The number types that this project writes and reads, by the names that h5py uses. */
const arrayTypes = { float32: Float32Array, float64: Float64Array, ...integerArrays } as const;

export type Hdf5NumberType = keyof typeof arrayTypes;

/** Values in row-major order. 64-bit integers are BigInts. */
export type Hdf5Array =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

export function newHdf5Array(type: Hdf5NumberType, length: number): Hdf5Array {
  return new arrayTypes[type](length);
}

export function hdf5TypeOf(data: Hdf5Array): Hdf5NumberType {
  for (const [name, arrayType] of Object.entries(arrayTypes)) {
    if (data instanceof arrayType) return name as Hdf5NumberType;
  }
  throw new TypeError("not an array that HDF5 can hold");
}

export function bytesPerValue(type: Hdf5NumberType): number {
  return arrayTypes[type].BYTES_PER_ELEMENT;
}

/** Number of values of a shape; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** As float64. Integers beyond 2^53 lose their last bits. */
export function toFloat64(data: Hdf5Array): Float64Array {
  if (data instanceof Float64Array) return data;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    // Through the halves, ten times faster than through BigInts; WebAssembly's memory is little-endian.
    const low = new Uint32Array(data.buffer, data.byteOffset, data.length * 2);
    const high = data instanceof BigInt64Array ? new Int32Array(data.buffer, data.byteOffset, data.length * 2) : low;
    const numbers = new Float64Array(data.length);
    for (let i = 0; i < data.length; i++) numbers[i] = high[2 * i + 1]! * 4294967296 + low[2 * i]!;
    return numbers;
  }
  return Float64Array.from(data);
}
