import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openNpy } from "#lib/npy/open-npz.js";
import { writeNpy } from "#lib/npy/write-npy.js";
import { failureOf, fileOf, npyBytes } from "./npy-bytes.js";

const header = (descr: string, shape: string, fortran = "False") =>
  `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }`;
const arrayOf = (bytes: Uint8Array) => openNpy(fileOf(bytes)).array;

describe("npy arrays", () => {
  test.each([
    ["int8", Int8Array.of(-128, 127)],
    ["uint8", Uint8Array.of(0, 255)],
    ["int16", Int16Array.of(-32768, 2)],
    ["uint16", Uint16Array.of(65535, 1)],
    ["int32", Int32Array.of(-5, 2 ** 31 - 1)],
    ["uint32", Uint32Array.of(2 ** 32 - 1, 0)],
    ["int64", BigInt64Array.of(-(2n ** 63n), 7n)],
    ["uint64", BigUint64Array.of(2n ** 64n - 1n, 7n)],
    ["float32", Float32Array.of(0.1, Number.NaN)],
    ["float64", Float64Array.of(0.1, -Infinity)],
  ])("%s comes back as it was written", (type, data) => {
    const file = fileOf(new Uint8Array());
    writeNpy(file, { data, shape: [1, 2] });
    const { array, close } = openNpy(file);
    expect(array.shape).toEqual([1, 2]);
    expect(array.type.array).toBe(type);
    expect(array.read()).toEqual(data);
    close();
  });

  test("text and booleans come back as they were written", () => {
    const file = fileOf(new Uint8Array());
    writeNpy(file, { data: ["left", "", "größer 🧠"] });
    expect(openNpy(file).array.readText()).toEqual(["left", "", "größer 🧠"]);
    writeNpy(file, { data: [true, false, true] });
    const { array } = openNpy(file);
    expect([array.type.kind, ...array.read()]).toEqual(["bool", 1, 0, 1]);
  });

  test("the bytes are those of the format, and the values begin at a multiple of 64", () => {
    const file = fileOf(new Uint8Array());
    writeNpy(file, { data: Int16Array.of(1, 2, 3) });
    const bytes = readFileSync(file);
    const text = "{'descr': '<i2', 'fortran_order': False, 'shape': (3,), }";
    expect(bytes).toEqual(Buffer.concat([npyBytes(text.padEnd(117), Buffer.of()), Buffer.of(1, 0, 2, 0, 3, 0)]));
    expect(bytes.length - 6).toBe(128);
  });

  test.each([
    ["'>i2'", Buffer.of(1, 2), [258]],
    ["'>u4'", Buffer.of(0, 0, 1, 0), [256]],
    ["'>i8'", Buffer.of(255, 255, 255, 255, 255, 255, 255, 254), [-2n]],
    ["'>f8'", Buffer.of(0x3f, 0xf8, 0, 0, 0, 0, 0, 0), [1.5]],
    ["'>f2'", Buffer.of(0x3e, 0x00), [1.5]],
    ["'<f2'", Buffer.of(0x00, 0xc2, 0x01, 0x00, 0xff, 0x7b, 0x00, 0xfc), [-3, 2 ** -24, 65504, -Infinity]],
    ["'|b1'", Buffer.of(1, 0), [1, 0]],
  ])("numbers stored as %s are read", (descr, values, expected) => {
    const [first, ...rest] = [...arrayOf(npyBytes(header(descr, `(${expected.length},)`), values)).read()];
    expect([first, ...rest]).toEqual(expected);
  });

  test("text of fixed length in bytes, and of both byte orders in UCS-4", () => {
    expect(arrayOf(npyBytes(header("'|S3'", "(2,)"), Buffer.from("ab\0abc"))).readText()).toEqual(["ab", "abc"]);
    expect(arrayOf(npyBytes(header("'>U2'", "(1,)"), Buffer.of(0, 0, 0, 97, 0, 1, 0xf9, 0xe0))).readText()).toEqual([
      "a🧠",
    ]);
  });

  test("formats 2.0 and 3.0, keys in another order, a single value, long numbers of Python 2", () => {
    expect([...arrayOf(npyBytes(header("'<i2'", "(1L,)"), Buffer.of(5, 0), 2)).read()]).toEqual([5]);
    const text = `{"shape":(),"descr":"<i2","fortran_order":False}`;
    const single = arrayOf(npyBytes(text, Buffer.of(6, 0), 3));
    expect([single.shape, ...single.read()]).toEqual([[], 6]);
  });

  test("rows of an array whose first axis is the fastest are those of its transpose", () => {
    const shape = [5, 2, 3];
    const values = Uint8Array.from({ length: 30 }, (_, i) => i);
    const array = arrayOf(npyBytes(header("'|u1'", "(5, 2, 3)", "True"), values));
    const at = (e: number, t: number, n: number) => e + shape[0]! * (t + shape[1]! * n);
    const row = (e: number) => [0, 1].flatMap((t) => [0, 1, 2].map((n) => at(e, t, n)));
    expect([...array.readRows(1, 3)]).toEqual([1, 2, 3].flatMap(row));
    expect([...array.readRows(0, 1)]).toEqual(row(0));
    expect([...array.readRows(4, 1)]).toEqual(row(4));
    const wide = arrayOf(npyBytes(header("'>i2'", "(2, 2)", "True"), Buffer.of(0, 1, 0, 2, 0, 3, 0, 4)));
    expect([...wide.read()]).toEqual([1, 3, 2, 4]);
  });

  test.each([
    [[0, 1, 2], "False"],
    [[1, 2, 0], "False"],
    [[2, 0, 1], "False"],
    [[0, 2, 1], "True"],
    [[2, 1, 0], "True"],
    [[1, 0, 2], "True"],
  ])("axes %j of an array with fortran_order %s become the first, second and third", (axes, fortran) => {
    const stored = [4, 2, 3];
    const values = Buffer.from(Int16Array.from({ length: 24 }, (_, i) => i).buffer);
    const { array } = openNpy(fileOf(npyBytes(header("'<i2'", "(4, 2, 3)", fortran), values)), axes);
    const shape = axes.map((axis) => stored[axis]!);
    expect(array.shape).toEqual(shape);
    const strides = fortran === "True" ? [1, 4, 8] : [6, 3, 1];
    const at = (index: number[]) => index.reduce((sum, i, axis) => sum + i * strides[axes[axis]!]!, 0);
    const row = (i: number) =>
      Array.from({ length: shape[1]! * shape[2]! }, (_, j) => at([i, Math.floor(j / shape[2]!), j % shape[2]!]));
    expect([...array.read()]).toEqual(Array.from({ length: shape[0]! }, (_, i) => row(i)).flat());
    expect([...array.readRows(1, 1)]).toEqual(row(1));
  });

  test.each([
    [
      "objects",
      npyBytes(header("'|O'", "(2,)"), Buffer.alloc(16)),
      "The array holds Python objects, which are not read here.\n  Save numbers as numbers and text as text: numpy.array(names, dtype=str).",
    ],
    [
      "complex numbers",
      npyBytes(header("'<c16'", "(1,)"), Buffer.alloc(16)),
      "The array holds complex numbers, which are not read here.\n  Save numbers as numbers and text as text: numpy.array(names, dtype=str).",
    ],
    [
      "records",
      npyBytes(header("[('a', '<f8'), ('b', '<i4', (2,))]", "(1,)"), Buffer.alloc(16)),
      "The array holds records of several fields, which are not read here.",
    ],
    [
      "dates",
      npyBytes(header("'<M8[ns]'", "(1,)"), Buffer.alloc(8)),
      "The array holds dates, which are not read here.\n  Save numbers as numbers and text as text: numpy.array(names, dtype=str).",
    ],
    [
      "a type of its own",
      npyBytes(header("'<q8'", "(1,)"), Buffer.alloc(8)),
      "The array holds values of the type <q8, which are not read here.\n  Save numbers as numbers and text as text: numpy.array(names, dtype=str).",
    ],
    [
      "too few values",
      npyBytes(header("'<f8'", "(3,)"), Buffer.alloc(20)),
      "The array is cut short: 20 bytes of 24 are there.\n  Copy or make it again.",
    ],
    [
      "a shape that no memory holds",
      npyBytes(header("'<f8'", "(9000000000000000, 9000000)"), Buffer.alloc(20)),
      `The array is cut short: 20 bytes of ${9e15 * 9e6 * 8} are there.\n  Copy or make it again.`,
    ],
    [
      "no shape",
      npyBytes("{'descr': '<f8', 'fortran_order': False}", Buffer.alloc(8)),
      "The header of the array is damaged.\n  Copy or make it again.",
    ],
    [
      "a later format",
      npyBytes(header("'<f8'", "(1,)"), Buffer.alloc(8), 4),
      "The array is in version 4 of the format; 1 to 3 can be read.",
    ],
    [
      "something else",
      Buffer.from("%PDF-1.4 and more"),
      "This is not a NumPy array.\n  Check the pattern in the lfadsfile: .npy and .npz files can be read.",
    ],
    [
      "nothing",
      Buffer.of(),
      "This is not a NumPy array.\n  Check the pattern in the lfadsfile: .npy and .npz files can be read.",
    ],
  ])("a file with %s is refused", async (_, bytes, message) => {
    const file = fileOf(bytes);
    expect(await failureOf(file, () => openNpy(file))).toBe(`FILE: ${message}`);
  });

  test("text is no number, and numbers are no text", async () => {
    const text = fileOf(npyBytes(header("'<U1'", "(1,)"), Buffer.of(97, 0, 0, 0)));
    expect(await failureOf(text, () => openNpy(text).array.read())).toBe(
      "FILE: Numbers were expected, but the array holds text.",
    );
    const number = fileOf(npyBytes(header("'<i4'", "(1,)"), Buffer.of(97, 0, 0, 0)));
    expect(await failureOf(number, () => openNpy(number).array.readText())).toBe(
      "FILE: Text was expected, but the array holds numbers.",
    );
    const damaged = fileOf(npyBytes(header("'<U1'", "(1,)"), Buffer.of(97, 0, 0, 1)));
    expect(await failureOf(damaged, () => openNpy(damaged).array.readText())).toBe(
      "FILE: The text is damaged: it holds codes that are no characters.",
    );
  });
});
