import { FailureError } from "#lib/failure.js";
import { type Hdf5Array, sizeOf } from "#lib/hdf5/hdf5-array.js";
import { type ByteRange, readBytes } from "./byte-range.js";
import { npyMagic, parseNpyHeader } from "./npy-header.js";
import { decodeNumbers, decodeText, type NpyType, npyTypeOf } from "./npy-type.js";
import { ReorderedRows } from "./reordered-rows.js";

/** An array of a .npy file, of which rows are read when they are asked for. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly type: NpyType;
  /** Rows along the first axis, row-major; of a single value, that value. Throws FailureError for text. */
  readRows(start: number, count: number): Hdf5Array;
  /** All values, row-major. Throws FailureError for text. */
  read(): Hdf5Array;
  /** All values, row-major. Throws FailureError for numbers. */
  readText(): string[];
}

/** Far more than the header of any array of numbers or text takes. */
const longestHeader = 2 ** 20;

/**
 * Reads the header of a .npy file. Throws FailureError `data` for what is none, is cut short or cannot be read here.
 * @param axes The array's axes in the order wanted, for arrays of so many; as they are when absent.
 */
export function npyArrayOf(range: ByteRange, axes?: readonly number[]): NpyArray {
  const { header, start } = readHeader(range);
  const type = npyTypeOf(header.descr);
  if (/^[[(]/.test(header.descr))
    throw broken(range, "The array holds records of several fields, which are not read here.");
  if ("unreadable" in type) {
    const what = `The array holds ${type.unreadable}, which are not read here.`;
    throw broken(range, what, "Save numbers as numbers and text as text: numpy.array(names, dtype=str).");
  }
  const order = axes?.length === header.shape.length ? axes : header.shape.map((_, axis) => axis);
  const shape = order.map((axis) => header.shape[axis]!);
  const bytes = sizeOf(shape) * type.bytesPerValue;
  if (!Number.isSafeInteger(bytes) || start + bytes > range.size) {
    const what = `The array is cut short: ${range.size - start} bytes of ${bytes} are there.`;
    throw broken(range, what, "Copy or make it again.");
  }
  const values: ByteRange = { ...range, start: range.start + start, size: bytes };
  const stored = header.shape.map((_, axis) => order.indexOf(axis));
  const rows = rowsOf(values, shape, header.fortranOrder ? stored.toReversed() : stored, type);
  const readRows = (first: number, count: number): Hdf5Array => {
    if (type.array === null) throw broken(range, "Numbers were expected, but the array holds text.");
    return decodeNumbers(rows(first, count), type);
  };
  return {
    shape,
    type,
    readRows,
    read: () => readRows(0, shape[0] ?? 1),
    readText() {
      if (type.array !== null) throw broken(range, "Text was expected, but the array holds numbers.");
      const texts = decodeText(rows(0, shape[0] ?? 1), type);
      if (!texts) throw broken(range, "The text is damaged: it holds codes that are no characters.");
      return texts;
    },
  };
}

/** Bytes of rows in row-major order; `stored` are the axes in the order in which they are stored, slowest first. */
function rowsOf(values: ByteRange, shape: readonly number[], stored: readonly number[], type: NpyType) {
  if (stored.some((axis, i) => axis !== i)) {
    const rows = new ReorderedRows(values, shape, stored, type.bytesPerValue);
    return (start: number, count: number) => rows.read(start, count);
  }
  const rowBytes = sizeOf(shape.slice(1)) * type.bytesPerValue;
  return (start: number, count: number) => readBytes(values, start * rowBytes, count * rowBytes);
}

function readHeader(range: ByteRange) {
  if (range.size < 12) throw foreign(range);
  const head = readBytes(range, 0, 12);
  if (!head.subarray(0, 6).equals(npyMagic)) throw foreign(range);
  const major = head[6]!;
  if (major < 1 || major > 3)
    throw broken(range, `The array is in version ${major} of the format; 1 to 3 can be read.`);
  const [start, length] = major === 1 ? [10, head.readUInt16LE(8)] : [12, head.readUInt32LE(8)];
  if (length > longestHeader || start + length > range.size) throw damaged(range);
  const header = parseNpyHeader(readBytes(range, start, length).toString(major === 3 ? "utf8" : "latin1"));
  if (!header) throw damaged(range);
  return { header, start: start + length };
}

const foreign = (range: ByteRange) =>
  broken(range, "This is not a NumPy array.", "Check the pattern in the lfadsfile: .npy and .npz files can be read.");
const damaged = (range: ByteRange) => broken(range, "The header of the array is damaged.", "Copy or make it again.");

function broken(range: ByteRange, what: string, hint?: string): FailureError {
  return new FailureError({ kind: "data", what, where: range.where, ...(hint ? { hint } : {}) });
}
