import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { failureText } from "../failure-text.js";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "lfads-hdf5-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** The failure's text with the folder's name replaced by DIR. */
async function failureOf(promise: Promise<unknown>): Promise<string> {
  return (await failureText(promise)).replaceAll(dir, "DIR");
}

describe("writing and reading HDF5", () => {
  test("every type comes back with its shape and values", async () => {
    const file = join(dir, "types.h5");
    await writeHdf5(file, (w) => {
      w.dataset("float32", Float32Array.of(1.5, -2, 3), [3, 1], { gzip: 4 });
      w.dataset("float64", Float64Array.of(1 / 3));
      w.dataset("int64", BigInt64Array.of(-1n, 2n ** 60n));
      w.dataset("uint8", Uint8Array.of(0, 255), [1, 2]);
      w.dataset("scalar", Float64Array.of(7), []);
      w.dataset("none", new Float64Array(0), [0, 4], { gzip: 4 });
      w.dataset("a/b/c", Int32Array.of(1, 2));
      w.strings("names", ["été", "", "b"]);
      w.attribute("float32", "unit", "ms");
    });
    const h5 = await openHdf5(file);
    expect(h5.paths()).toEqual(["a/b/c", "float32", "float64", "int64", "names", "none", "scalar", "uint8"]);
    expect(h5.keys()).toEqual(["a", "float32", "float64", "int64", "names", "none", "scalar", "uint8"]);
    expect([h5.shape("float32"), h5.dtype("float32"), h5.read("float32")]).toEqual([
      [3, 1],
      "float32",
      Float32Array.of(1.5, -2, 3),
    ]);
    expect(h5.read("float64")).toEqual(Float64Array.of(1 / 3));
    expect(h5.read("int64")).toEqual(BigInt64Array.of(-1n, 2n ** 60n));
    expect(h5.readFloat64("int64")).toEqual(Float64Array.of(-1, 2 ** 60));
    expect([h5.shape("uint8"), h5.read("uint8")]).toEqual([[1, 2], Uint8Array.of(0, 255)]);
    expect([h5.shape("scalar"), h5.read("scalar")]).toEqual([[], Float64Array.of(7)]);
    expect([h5.shape("none"), h5.read("none").length]).toEqual([[0, 4], 0]);
    expect(h5.read("a/b/c")).toEqual(Int32Array.of(1, 2));
    expect([h5.dtype("names"), h5.readStrings("names")]).toEqual(["string", ["été", "", "b"]]);
    expect(h5.attribute("float32", "unit")).toBe("ms");
    expect([h5.has("a/b"), h5.has("a/x"), h5.has("float32/x")]).toEqual([true, false, false]);
    h5.close();
  });

  test("rows written in pieces are the rows of the whole", async () => {
    const file = join(dir, "rows.h5");
    const values = Float64Array.from({ length: 100 * 7 * 3 }, (_, i) => i);
    await writeHdf5(file, (w) => {
      const rows = w.create("x", { shape: [100, 7, 3], type: "float64", gzip: 4, chunk: [8, 7, 3] });
      for (let row = 0; row < 100; row += 9)
        rows.writeRows(row, values.subarray(row * 21, Math.min(100, row + 9) * 21));
    });
    const h5 = await openHdf5(file);
    expect(h5.shape("x")).toEqual([100, 7, 3]);
    expect(h5.readFloat64("x")).toEqual(values);
    expect(h5.readFloat64Rows("x", 40, 2)).toEqual(values.slice(40 * 21, 42 * 21));
    h5.close();
  });

  test("equal content gives equal bytes at any time, and nothing is left beside the file", async () => {
    const folder = mkdtempSync(join(dir, "same-"));
    const realNow = Date.now;
    const write = (name: string) =>
      writeHdf5(join(folder, name), (w) => {
        w.dataset("x", Float64Array.of(1, 2, 3), [3], { gzip: 9 });
        w.strings("s", ["a"]);
      });
    await write("one.h5");
    Date.now = () => realNow() + 5_000_000;
    try {
      await write("two.h5");
    } finally {
      Date.now = realNow;
    }
    expect(readFileSync(join(folder, "two.h5")).equals(readFileSync(join(folder, "one.h5")))).toBe(true);
    expect(readdirSync(folder)).toEqual(["one.h5", "two.h5"]);
  });

  test("a writer that throws leaves the former file as it was", async () => {
    const file = join(dir, "kept.h5");
    writeFileSync(file, "before");
    await expect(
      writeHdf5(file, (w) => {
        w.dataset("x", Float64Array.of(1));
        throw new Error("stop");
      }),
    ).rejects.toThrow("stop");
    expect(readFileSync(file, "utf8")).toBe("before");
    expect(readdirSync(dir).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

describe("files that cannot be read", () => {
  test("a missing file", async () => {
    expect(await failureOf(openHdf5(join(dir, "gone.h5")))).toBe("DIR/gone.h5: The file does not exist.");
  });

  test("a foreign file", async () => {
    writeFileSync(join(dir, "foreign.h5"), "trial,channel\n1,2\n".repeat(100));
    expect(await failureOf(openHdf5(join(dir, "foreign.h5")))).toBe(
      "DIR/foreign.h5: This is not an HDF5 file.\n  Check the pattern in the lfadsfile: HDF5 files can be read, MATLAB 7.3 and NWB 2 included.",
    );
  });

  test("an empty file", async () => {
    writeFileSync(join(dir, "empty.h5"), "");
    expect(await failureOf(openHdf5(join(dir, "empty.h5")))).toContain("This is not an HDF5 file.");
  });

  test("a truncated file", async () => {
    const whole = join(dir, "whole.h5");
    await writeHdf5(whole, (w) => w.dataset("x", new Float64Array(1000)));
    writeFileSync(join(dir, "cut.h5"), readFileSync(whole).subarray(0, 4000));
    expect(await failureOf(openHdf5(join(dir, "cut.h5")))).toBe(
      "DIR/cut.h5: The HDF5 file is damaged and cannot be opened.\n" +
        "  It may be cut short, or still being written. Copy or make it again.",
    );
  });

  test("a damaged chunk", async () => {
    const file = join(dir, "damaged.h5");
    await writeHdf5(file, (w) =>
      w.dataset(
        "x",
        Float64Array.from({ length: 20000 }, (_, i) => i * 1.1),
        [20000],
        { gzip: 4 },
      ),
    );
    const bytes = readFileSync(file);
    bytes.fill(0x55, bytes.length - 4000, bytes.length - 2000);
    writeFileSync(file, bytes);
    const h5 = await openHdf5(file);
    expect(await failureOf((async () => h5.read("x"))())).toBe(
      "DIR/damaged.h5:x: The dataset cannot be read: the HDF5 file is damaged.\n  Copy or make the file again.",
    );
    h5.close();
  });

  test("a missing dataset names those that are there, the closest first", async () => {
    const file = join(dir, "named.h5");
    await writeHdf5(file, (w) => {
      for (const name of ["truth", "spikes", "trials/start"]) w.dataset(name, Float64Array.of(1));
    });
    const h5 = await openHdf5(file);
    expect(await failureOf((async () => h5.read("spike"))())).toBe(
      "DIR/named.h5:spike: The HDF5 file has no such dataset.\n  It holds, closest first: spikes, truth, trials/start.",
    );
    h5.close();
  });

  test("strings where numbers were expected", async () => {
    const file = join(dir, "strings.h5");
    await writeHdf5(file, (w) => w.strings("s", ["a"]));
    const h5 = await openHdf5(file);
    expect(await failureOf((async () => h5.read("s"))())).toBe(
      "DIR/strings.h5:s: Numbers were expected, but the dataset holds strings.",
    );
    h5.close();
  });
});

describe("a disk that cannot be written", () => {
  test("a folder that is gone", async () => {
    const write = writeHdf5(join(dir, "nowhere", "x.h5"), (w) => w.dataset("x", Float64Array.of(1)));
    expect(await failureOf(write)).toBe(
      "DIR/nowhere/x.h5: The file or folder is not there (any more).\n  Build again.",
    );
  });

  const small = mountSmall();
  test.skipIf(small === undefined)("a full disk leaves nothing behind (needs the right to mount a tmpfs)", async () => {
    const mount = small!;
    const data = Float64Array.from({ length: 400_000 }, (_, i) => i);
    const write = writeHdf5(join(mount, "x.h5"), (w) => w.dataset("x", data));
    expect((await failureOf(write)).replaceAll(mount, "MOUNT")).toBe(
      "MOUNT/x.h5: The disk is full.\n  Free some space and build again; what is finished stays finished.",
    );
    expect(readdirSync(mount)).toEqual([]);
  });
  afterAll(() => {
    // Lazily: HDF5 keeps a file open whose write failed.
    if (small) execFileSync("umount", ["-l", small]);
  });
});

/** A tmpfs of 1 MB, or undefined where this user may not mount one. */
function mountSmall(): string | undefined {
  const mount = mkdtempSync(join(tmpdir(), "lfads-small-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", mount], { stdio: "ignore" });
    return mount;
  } catch {
    rmSync(mount, { recursive: true });
    return undefined;
  }
}
