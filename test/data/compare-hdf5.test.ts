import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FailureError, formatFailure } from "#lib/failure.js";
import { compareHdf5 } from "#lib/hdf5/compare-hdf5.js";
import { indexAt, rowMajorBlocks } from "#lib/hdf5/row-major-blocks.js";
import { type Hdf5Writer, writeHdf5 } from "#lib/hdf5/write-hdf5.js";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "lfads-compare-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

type Write = (writer: Hdf5Writer) => void;

async function compare(left: Write, right: Write) {
  await writeHdf5(join(dir, "left.h5"), left);
  await writeHdf5(join(dir, "right.h5"), right);
  return compareHdf5(join(dir, "left.h5"), join(dir, "right.h5"));
}

/** The comparison of one dataset `x`. */
async function compareValues(left: Write, right: Write) {
  const { datasets, equal } = await compare(left, right);
  expect(datasets.map(({ path }) => path)).toEqual(["x"]);
  return { ...datasets[0]!, fileEqual: equal };
}

const none = { different: 0, notFinite: 0, largestAbsolute: null, largestRelative: null };

describe("comparing two HDF5 files", () => {
  test("files of one content are equal however it is laid out in the file", async () => {
    const values = Float64Array.from({ length: 600 }, (_, i) => Math.sqrt(i));
    const rest: Write = (w) => {
      w.dataset("group/empty", new Float64Array(0), [0, 3]);
      w.dataset("group/scalar", Float64Array.of(Number.NaN), []);
      w.strings("names", ["a", "été"]);
      w.attribute("/", "made", "here");
      w.attribute("group", "bins", 5);
    };
    const found = await compare(
      (w) => {
        w.dataset("x", values, [20, 30]);
        rest(w);
      },
      (w) => {
        rest(w);
        w.dataset("x", values, [20, 30], { gzip: 4, chunk: [7, 30] });
      },
    );
    expect(found.equal).toBe(true);
    expect([found.onlyLeft, found.onlyRight, found.attributes]).toEqual([[], [], []]);
    expect(found.datasets.map(({ path, equal, values }) => [path, equal, values])).toEqual([
      ["group/empty", true, { total: 0, sameBits: true, ...none }],
      ["group/scalar", true, { total: 1, sameBits: true, ...none }],
      ["names", true, { total: 2, sameBits: true, ...none }],
      ["x", true, { total: 600, sameBits: true, ...none }],
    ]);
  });

  test("the largest absolute and relative differences are told with their places and values", async () => {
    const found = await compareValues(
      (w) => w.dataset("x", Float32Array.of(1, 1000, 0, 4, -0.5, 6), [2, 3]),
      (w) => w.dataset("x", Float32Array.of(1, 1002, 0, 4, 0.5, 6.25), [2, 3]),
    );
    expect(found).toEqual({
      path: "x",
      left: { type: "float32", shape: [2, 3] },
      right: { type: "float32", shape: [2, 3] },
      equal: false,
      fileEqual: false,
      values: {
        total: 6,
        different: 3,
        notFinite: 0,
        sameBits: false,
        largestAbsolute: { difference: 2, at: [0, 1], left: 1000, right: 1002 },
        largestRelative: { difference: 2, at: [1, 1], left: -0.5, right: 0.5 },
      },
    });
  });

  test("NaN equals NaN; NaN or an infinity against a number counts as not finite and hides no finite difference", async () => {
    const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
    const { equal, values } = await compareValues(
      (w) => w.dataset("x", Float64Array.of(nan, nan, inf, inf, 1, 2)),
      (w) => w.dataset("x", Float64Array.of(nan, 0, inf, -inf, nan, 3)),
    );
    expect(equal).toBe(false);
    expect(values).toEqual({
      total: 6,
      different: 4,
      notFinite: 3,
      sameBits: false,
      largestAbsolute: { difference: 1, at: [5], left: 2, right: 3 },
      largestRelative: { difference: 1 / 3, at: [5], left: 2, right: 3 },
    });
  });

  test("0 and -0 are equal numbers with unequal bits, in an array and as a scalar", async () => {
    for (const shape of [[1], []]) {
      const found = await compareValues(
        (w) => w.dataset("x", Float64Array.of(0), shape),
        (w) => w.dataset("x", Float64Array.of(-0), shape),
      );
      expect([found.equal, found.fileEqual, found.values]).toEqual([
        false,
        false,
        { total: 1, sameBits: false, ...none },
      ]);
    }
  });

  test("64-bit integers that are one float64 are still told apart", async () => {
    const { values } = await compareValues(
      (w) => w.dataset("x", BigInt64Array.of(5n, 2n ** 60n)),
      (w) => w.dataset("x", BigInt64Array.of(5n, 2n ** 60n + 3n)),
    );
    expect(values).toMatchObject({ different: 1, largestAbsolute: { difference: 3, at: [1] } });
  });

  test("equal numbers of another type have no difference, but the dataset is not equal", async () => {
    const found = await compareValues(
      (w) => w.dataset("x", Float32Array.of(1.5, 2)),
      (w) => w.dataset("x", Int32Array.of(1, 2)),
    );
    expect([found.equal, found.left.type, found.right.type]).toEqual([false, "float32", "int32"]);
    expect(found.values).toMatchObject({ different: 1, largestAbsolute: { difference: 0.5, at: [0] } });
    const same = await compareValues(
      (w) => w.dataset("x", Float32Array.of(2)),
      (w) => w.dataset("x", Float64Array.of(2)),
    );
    expect([same.equal, same.values]).toEqual([false, { total: 1, sameBits: false, ...none }]);
  });

  test("another shape, and strings against numbers, are told without values", async () => {
    const shapes = await compareValues(
      (w) => w.dataset("x", new Float64Array(6), [2, 3]),
      (w) => w.dataset("x", new Float64Array(6), [3, 2]),
    );
    expect([shapes.equal, shapes.values]).toEqual([false, null]);
    const types = await compareValues(
      (w) => w.strings("x", ["1"]),
      (w) => w.dataset("x", Float64Array.of(1)),
    );
    expect([types.equal, types.left.type, types.right.type, types.values]).toEqual([false, "string", "float64", null]);
  });

  test("strings that differ are counted", async () => {
    const { values } = await compareValues(
      (w) => w.strings("x", ["a", "b", "c"]),
      (w) => w.strings("x", ["a", "B", "C"]),
    );
    expect(values).toEqual({ total: 3, sameBits: false, ...none, different: 2 });
  });

  test("what one file alone has is named, groups with a slash", async () => {
    const found = await compare(
      (w) => {
        w.dataset("a/x", Float64Array.of(1));
        w.dataset("thing", Float64Array.of(1));
      },
      (w) => w.dataset("thing/x", Float64Array.of(1)),
    );
    expect(found).toEqual({
      equal: false,
      onlyLeft: ["a/", "a/x", "thing"],
      onlyRight: ["thing/", "thing/x"],
      datasets: [],
      attributes: [],
    });
  });

  test("attributes that differ are told with both values, also those of one file alone", async () => {
    const write = (unit: string, extra?: string): Write => {
      return (w) => {
        w.dataset("g/x", Float64Array.of(1));
        w.attribute("g/x", "unit", unit);
        w.attribute("g", "same", 1);
        if (extra) w.attribute("/", extra, 3);
      };
    };
    const found = await compare(write("ms"), write("s", "added"));
    expect([found.equal, found.datasets.map(({ equal }) => equal)]).toEqual([false, [true]]);
    expect(found.attributes.map(({ path, name, left, right }) => [path, name, left?.value, right?.value])).toEqual([
      ["/", "added", undefined, 3],
      ["g/x", "unit", "ms", "s"],
    ]);
  });

  test("a difference far into a big dataset has its own place", async () => {
    const shape = [3, 2 ** 20 + 5];
    const values = new Float32Array(3 * shape[1]!).fill(1);
    const other = values.slice();
    const position = 2 * shape[1]! + 2 ** 20 + 1;
    other[position] = 1.5;
    const found = await compareValues(
      (w) => w.dataset("x", values, shape),
      (w) => w.dataset("x", other, shape),
    );
    expect(found.values).toMatchObject({
      total: values.length,
      different: 1,
      largestAbsolute: { difference: 0.5, at: [2, 2 ** 20 + 1], left: 1, right: 1.5 },
    });
  });

  test("a file that is not there is a failure of the data", async () => {
    await writeHdf5(join(dir, "left.h5"), (w) => w.dataset("x", Float64Array.of(1)));
    const error = await compareHdf5(join(dir, "left.h5"), join(dir, "gone.h5")).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FailureError);
    expect(formatFailure((error as FailureError).failure)).toBe(`${join(dir, "gone.h5")}: The file does not exist.`);
  });
});

describe("boxes of a dataset", () => {
  test("they cover every value once, in row-major order, and none is too big", () => {
    const shapes = fc.array(fc.nat(5), { maxLength: 4 });
    fc.assert(
      fc.property(shapes, fc.integer({ min: 1, max: 40 }), (shape, most) => {
        const covered: string[] = [];
        for (const block of rowMajorBlocks(shape, most)) {
          const sizes = block.map(([start, end]) => end - start);
          const size = sizes.reduce((product, each) => product * each, 1);
          expect(size).toBeLessThanOrEqual(most);
          for (let i = 0; i < size; i++)
            covered.push(
              indexAt(i, sizes)
                .map((at, axis) => at + block[axis]![0])
                .join(),
            );
        }
        const total = shape.reduce((product, each) => product * each, 1);
        expect(covered).toEqual(Array.from({ length: total }, (_, i) => indexAt(i, shape).join()));
      }),
    );
  });
});
