import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { openBytes } from "#lib/npy/byte-range.js";
import { openNpy, openNpz } from "#lib/npy/open-npz.js";
import { npyEntry } from "#lib/npy/write-npy.js";
import { writeNpz } from "#lib/npy/write-npz.js";
import { readZipDirectory } from "#lib/npy/zip-directory.js";
import { directoryEntry, endOfDirectory, localHeader, type StoredMember } from "#lib/npy/zip-records.js";

// A Python with NumPy; .ci/run makes one. Without it there is nothing to compare with.
const pythonPath = process.env.LFADS_TEST_PYTHON;
const dir = mkdtempSync(join(tmpdir(), "lfads-numpy-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function python(script: string): unknown {
  const { status, stdout, stderr } = spawnSync(pythonPath!, ["-c", script], { cwd: dir, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return JSON.parse(stdout);
}

it("finds NumPy in CI", () => {
  if (process.env.CI) expect(pythonPath).toBeDefined();
});

describe.runIf(pythonPath)("NumPy", () => {
  it("writes arrays of every type, order and format that come back with its values", async () => {
    const expected = python(`
import numpy as np, json
rng = np.random.default_rng(1)
arrays = {}
for code in ["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"]:
    for order in "<>":
        for name, layout in (("c", "C"), ("f", "F")):
            values = rng.integers(0, 100, (4, 3, 5)).astype(order + code if code != "?" else "?")
            arrays[f"{code.replace('?', 'bool')}{'be' if order == '>' else 'le'}{name}"] = np.array(values, order=layout)
arrays["scalar"] = np.array(3.5)
arrays["empty"] = np.zeros((0, 4))
arrays["strided"] = rng.normal(size=(6, 8))[::2, 1::3]
arrays["transposed"] = rng.normal(size=(3, 4, 5)).T
texts = {"unicode": np.array(["left", "größer", "\\U0001f9e0"]), "big": np.array(["a", "bc"], dtype=">U3"), "bytes": np.array([b"ab", b"c"])}
np.savez("stored.npz", **arrays, **texts)
np.savez_compressed("deflated.npz", **arrays, **texts)
np.save("alone.npy", arrays["f4bef"])
for version in ((1, 0), (2, 0), (3, 0)):
    with open(f"v{version[0]}.npy", "wb") as file:
        np.lib.format.write_array(file, arrays["f8lec"], version=version)
print(json.dumps({
    "numbers": {k: [list(v.shape), v.astype("f8").ravel().tolist()] for k, v in arrays.items()},
    "texts": {k: v.astype("U").tolist() for k, v in texts.items()},
}))`) as { numbers: Record<string, [number[], number[]]>; texts: Record<string, string[]> };
    expect(Object.keys(expected.numbers)).toHaveLength(12 * 4 + 4);
    for (const name of ["stored.npz", "deflated.npz"]) {
      const npz = openNpz(join(dir, name));
      expect([...npz.names].sort()).toEqual([...Object.keys(expected.numbers), ...Object.keys(expected.texts)].sort());
      for (const [member, [shape, values]] of Object.entries(expected.numbers)) {
        const array = await npz.array(member);
        expect([member, array.shape, Array.from(array.read(), Number)]).toEqual([member, shape, values]);
      }
      for (const [member, texts] of Object.entries(expected.texts)) {
        expect((await npz.array(member)).readText()).toEqual(texts);
      }
      npz.close();
    }
    expect([...openNpy(join(dir, "alone.npy")).array.read()]).toEqual(expected.numbers.f4bef![1]);
    for (const version of [1, 2, 3]) {
      expect([...openNpy(join(dir, `v${version}.npy`)).array.read()]).toEqual(expected.numbers.f8lec![1]);
    }
  });

  it("reads what is written, with types and shapes", () => {
    writeNpz(join(dir, "ours.npz"), {
      rates: { data: Float64Array.of(0.1, Number.NaN, -Infinity, 1e300), shape: [2, 2] },
      counts: { data: BigInt64Array.of(1n, -2n) },
      größe: { data: ["a", "böse", "🧠x"] },
      good: { data: [true, false] },
      single: { data: Float32Array.of(0.5), shape: [] },
      none: { data: new Int16Array(0), shape: [0, 3] },
    });
    const read = python(`
import numpy as np, json
with np.load("ours.npz", allow_pickle=False) as z:
    print(json.dumps({k: [str(z[k].dtype), list(z[k].shape), [str(x) for x in z[k].ravel()]] for k in z.files}))`);
    expect(read).toEqual({
      rates: ["float64", [2, 2], ["0.1", "nan", "-inf", "1e+300"]],
      counts: ["int64", [2], ["1", "-2"]],
      größe: ["<U4", [3], ["a", "böse", "🧠x"]],
      good: ["bool", [2], ["True", "False"]],
      single: ["float32", [], ["0.5"]],
      none: ["int16", [0, 3], []],
    });
  });

  it("an archive beyond 4 GB is laid out as Python and NumPy expect it, and what stands behind is read", async () => {
    const file = join(dir, "large.npz");
    const members = writeSparse(file, [
      { name: Buffer.from("large.npy"), ...npyEntry({ type: "uint8", shape: [2 ** 32], pieces: () => [] }) },
      { name: Buffer.from("behind.npy"), ...npyEntry({ data: Int32Array.of(1, 2) }) },
    ]);
    expect(
      python(`
import numpy as np, json, zipfile
with zipfile.ZipFile("large.npz") as z:
    found = [[i.filename, i.file_size, i.compress_size, i.header_offset, i.CRC] for i in z.infolist()]
    with z.open("large.npy") as f:
        np.lib.format.read_magic(f)
        shape = np.lib.format.read_array_header_1_0(f)[0]
with np.load("large.npz") as z:
    print(json.dumps([found, shape, z["behind"].tolist()]))`),
    ).toEqual([
      members.map(({ name, size, offset, sum }) => [name.toString(), size, size, offset, sum]),
      [2 ** 32],
      [1, 2],
    ]);
    const archive = openBytes(file);
    expect([...readZipDirectory(archive).values()]).toEqual(
      members.map(({ name, size, ...more }) => ({
        ...more,
        name: name.toString(),
        method: 0,
        encrypted: false,
        storedSize: size,
        size,
      })),
    );
    closeSync(archive.descriptor);
    const npz = openNpz(file);
    expect([...(await npz.array("behind")).read()]).toEqual([1, 2]);
    npz.close();
  });
});

/**
 * An archive as `writeNpz` lays it out, but for the values that the pieces leave out: a hole, which takes no room on the disk
 * and no time.
 */
function writeSparse(
  file: string,
  entries: readonly ({ name: Buffer } & ReturnType<typeof npyEntry>)[],
): StoredMember[] {
  const descriptor = openSync(file, "w");
  let at = 0;
  const write = (bytes: Uint8Array) => {
    at += writeSync(descriptor, bytes, 0, bytes.length, at);
  };
  const members = entries.map(({ name, size, pieces }) => {
    const content = Buffer.concat([...pieces()]);
    const member = { name, size, sum: crc32(content), offset: at };
    write(localHeader(member));
    const end = at + size;
    write(content);
    at = end;
    return member;
  });
  const start = at;
  for (const member of members) write(directoryEntry(member));
  write(endOfDirectory(members.length, start, at - start));
  closeSync(descriptor);
  return members;
}
