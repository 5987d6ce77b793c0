import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { matNumbers, matText } from "#lib/mat/mat-value.js";
import { writeMat } from "#lib/mat/write-mat.js";
import { failureText } from "../failure-text.js";
import { matVariables } from "./mat-variables.js";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "lfads-mat-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function failureOf(promise: Promise<unknown>): Promise<string> {
  return (await failureText(promise)).replaceAll(dir, "DIR");
}

test("a file is laid out as MathWorks describes it, the first index moving fastest", async () => {
  const file = join(dir, "layout.mat");
  await writeMat(file, { ab: matNumbers(Int16Array.of(1, 2, 3, 4, 5, 6), [2, 3]), t: matText("hi") });
  const bytes = readFileSync(file);
  expect(bytes.toString("latin1", 0, 116)).toBe("MATLAB 5.0 MAT-file, written by lfads".padEnd(116));
  expect([...bytes.subarray(116, 128)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x49, 0x4d]);
  const words = Array.from({ length: (bytes.length - 128) / 4 }, (_, i) => bytes.readUInt32LE(128 + 4 * i));
  const ab = [14, 64, 6, 8, 10, 0, 5, 8, 2, 3, 0x20001, 0x6261, 3, 12, 0x40001, 0x50002, 0x60003, 0];
  const t = [14, 48, 6, 8, 4, 0, 5, 8, 1, 2, 0x10001, 0x74, 0x20010, 0x6968];
  expect(words).toEqual([...ab, ...t]);
});

test("equal variables give equal bytes at any time, plain and compressed, and nothing is left beside the file", async () => {
  const folder = mkdtempSync(join(dir, "same-"));
  const names = ["a", "b"].flatMap((name) => [`${name}.mat`, `${name}.z.mat`]);
  for (const name of names) await writeMat(join(folder, name), matVariables, { compress: name.endsWith("z.mat") });
  const bytes = names.map((name) => readFileSync(join(folder, name)).toString("base64"));
  expect([bytes[0] === bytes[2], bytes[1] === bytes[3], bytes[0] === bytes[1]]).toEqual([true, true, false]);
  expect(readdirSync(folder).sort()).toEqual(names.sort());
});

test("many zeros take little room compressed, and all of it plain", async () => {
  const zeros = matNumbers(new Float64Array(1e6), [100, 100, 100]);
  const [plain, compressed] = [join(dir, "zeros.mat"), join(dir, "zeros.z.mat")];
  await writeMat(plain, { zeros });
  await writeMat(compressed, { zeros }, { compress: true });
  expect(statSync(plain).size).toBe(128 + 72 + 8e6);
  expect(statSync(compressed).size).toBeLessThan(20_000);
});

test("a name that MATLAB would not take and a shape that does not fit are mistakes of the caller", async () => {
  const file = join(dir, "names.mat");
  await expect(writeMat(file, { "1st": matText("x") })).rejects.toThrow('"1st" is no name of a MATLAB variable');
  expect(() => matNumbers(new Float64Array(5), [2, 3])).toThrow("5 elements for the shape 2 × 3");
  expect(existsSync(file)).toBe(false);
});

test("a variable beyond what the format holds is refused, and the file that was there stays", async () => {
  const file = join(dir, "large.mat");
  writeFileSync(file, "as it was");
  const data = new Uint8Array(2 ** 31);
  expect(await failureOf(writeMat(file, { rates: matNumbers(data) }))).toBe(
    "DIR/large.mat: rates takes 2.1 GB, but a variable of a MAT file of this kind ends at 2 GB.\n" +
      "  Write HDF5 instead, which MATLAB reads with h5read.",
  );
  expect(readFileSync(file, "utf8")).toBe("as it was");
});

test("a folder that is not there is a failure of the disk", async () => {
  expect(await failureOf(writeMat(join(dir, "no", "x.mat"), { x: matText("x") }))).toBe(
    "DIR/no/x.mat: The file or folder is not there (any more).\n  Build again.",
  );
});
