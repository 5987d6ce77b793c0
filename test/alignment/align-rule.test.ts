import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareHdf5 } from "#lib/hdf5/compare-hdf5.js";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { averageConditions } from "#lib/sources/average-conditions.js";
import type { DatasetInfo } from "#lib/sources/dataset-info.js";
import { openDataset } from "#lib/sources/open-dataset.js";
import type { H5Spec } from "#lib/sources/source-spec.js";
import { align } from "#rules/align.js";
import { exportRule } from "#rules/export.js";
import { readLfadsInput } from "#rules/lfads-input.js";
import { memoryOfRuns } from "#rules/run-memory.js";
import { projectOf, runRule } from "../engine/train-run.js";
import { failureText } from "../failure-text.js";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "lfads-align-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const spec: H5Spec = { kind: "h5", counts: "spikes", condition: "conditionId", binMs: 5 };
const [T, N] = [7, 3];

interface Recorded {
  readonly conditions: readonly number[] | readonly string[];
  readonly bins?: number;
  readonly countOf?: (trial: number, bin: number, channel: number) => number;
}

const someCount = (trial: number, bin: number, channel: number) =>
  (trial * 5 + bin * bin * (channel + 1) + channel) % 6;

/** A recording of one trial for each condition that is given, and its file. */
async function recording(name: string, { conditions, bins = T, countOf = someCount }: Recorded): Promise<string> {
  const file = join(dir, `${name}.h5`);
  await writeHdf5(file, (w) => {
    const counts = conditions.flatMap((_, trial) =>
      Array.from({ length: bins * N }, (_, i) => countOf(trial, Math.floor(i / N), i % N)),
    );
    w.dataset("spikes", Float64Array.from(counts), [conditions.length, bins, N]);
    if (typeof conditions[0] === "string") w.strings("conditionId", conditions as string[]);
    else w.dataset("conditionId", Float64Array.from(conditions as number[]));
  });
  return file;
}

/** Aligns recordings that are called a, b, …; what it said, and its output. */
async function aligned(recordings: readonly Recorded[], changes: Record<string, unknown> = {}) {
  const names = recordings.map((_, i) => "abc"[i]!);
  const files = await Promise.all(recordings.map((each, i) => recording(names[i]!, each)));
  const out = mkdtempSync(join(dir, "out-"));
  const inputs = Object.fromEntries(names.map((name, i) => [name, [{ name, path: files[i]!, digest: "" }]]));
  const params = {
    datasets: names,
    sources: names.map(() => spec),
    spikeBinMs: 10,
    factors: 2,
    regression: "leastSquares",
    normalizeEach: false,
    dataParams: {},
    ...changes,
  };
  const log = await runRule(align, { params: params as never, inputs, out });
  return { log, file: join(out, "alignment.h5"), recordings: files };
}

const failureOf = (recordings: readonly Recorded[]) => failureText(aligned(recordings));

describe("condition averages of a recording", () => {
  test("are means of the trials of each condition in merged bins, without trials that have none", async () => {
    const file = await recording("averaged", { conditions: [2, 1, Number.NaN, 2] });
    const reader = await openDataset("averaged", spec, file);
    const parts: number[] = [];
    const { byCondition, ...rest } = averageConditions(reader, 10, (done) => parts.push(done));
    reader.close();
    expect(rest).toEqual({ name: "averaged", nBins: 3, nChannels: N, nTrials: 3 });
    expect(parts.at(-1)).toBe(1);
    expect([...byCondition.keys()]).toEqual([2, 1]);
    const merged = (trial: number, i: number) => {
      const [bin, channel] = [Math.floor(i / N), i % N];
      return someCount(trial, 2 * bin, channel) + someCount(trial, 2 * bin + 1, channel);
    };
    const all = Array.from({ length: 3 * N }, (_, i) => i);
    expect([...byCondition.get(1)!]).toEqual(all.map((i) => merged(1, i)));
    expect([...byCondition.get(2)!]).toEqual(all.map((i) => (merged(0, i) + merged(3, i)) / 2));
  });

  test("leave out trials whose condition is an empty text", async () => {
    const file = await recording("texts", { conditions: ["left", "", "right"] });
    const reader = await openDataset("texts", spec, file);
    expect([...averageConditions(reader, 5, () => {}).byCondition.keys()]).toEqual(["left", "right"]);
    reader.close();
  });
});

describe("the alignment of a run", () => {
  const [one, two]: [Recorded, Recorded] = [
    { conditions: [1, 2, 3, 1, 2, 3] },
    { conditions: [3, 1, 2, 4, Number.NaN], countOf: (e, t, n) => someCount(e + 2, t, n + 1) },
  ];

  test("is a file with matrices, biases, the PCs and how well each dataset gives them", async () => {
    const { file, log } = await aligned([one, two]);
    const h5 = await openHdf5(file);
    const shapes = Object.fromEntries(h5.paths().map((path) => [path, h5.shape(path)]));
    const own = (name: string) => ({
      [`datasets/${name}/alignment_matrix_cxf`]: [N, 2],
      [`datasets/${name}/alignment_bias_c`]: [N],
      [`datasets/${name}/reconstruction`]: [4, 3, 2],
      [`datasets/${name}/r2`]: [2],
    });
    expect(shapes).toEqual({
      condition_names: [4],
      timeVecMs: [3],
      global_pcs: [4, 3, 2],
      explained_variance: [2],
      ...own("a"),
      ...own("b"),
    });
    expect(h5.readStrings("condition_names")).toEqual(["1", "2", "3", "4"]);
    expect([...h5.readFloat64("timeVecMs")]).toEqual([5, 15, 25]);
    h5.close();
    expect(log.slice(0, 5)).toEqual([
      "a: 6 trials of 3 conditions.",
      "b: 4 trials of 4 conditions.",
      "b: 1 trial without a condition left out.",
      "3 of 4 conditions are in every dataset.",
      "The PCs come from these alone: with the others there is no covariance.",
    ]);
    expect(log[5]).toMatch(/^2 PCs of all datasets, \d\d\.\d% of the variance of the condition averages\.$/);
    expect(log[6]).toMatch(/^a: R² [01]\.\d{3} [01]\.\d{3}$/);
    expect(log).toHaveLength(8);
  });

  test("tells the λ of a ridge regression, and warns of factors without a PC", async () => {
    const { file, log } = await aligned([one, two], { regression: "ridge", factors: 9 });
    const h5 = await openHdf5(file);
    expect(h5.shape("datasets/b/lambda")).toEqual([1]);
    expect(h5.shape("datasets/b/alignment_matrix_cxf")).toEqual([N, 9]);
    expect(h5.shape("datasets/b/r2")).toEqual([4]);
    h5.close();
    expect(log).toContain(
      "c_factors_dim is 9, but the condition averages have 4 dimensions: the other 5 columns are zero.",
    );
    expect(log.at(-1)).toMatch(/^b: R² .*, λ [\d.e-]+$/);
  });

  test("is compared with another number by number, conditions that not all have included", async () => {
    const [left, right] = [await aligned([one, two]), await aligned([one, two], { regression: "ridge" })];
    const { equal, onlyLeft, onlyRight, datasets } = await compareHdf5(left.file, right.file);
    expect([equal, onlyLeft, onlyRight]).toEqual([false, [], ["datasets/a/lambda", "datasets/b/lambda"]]);
    const changed = datasets.filter((each) => !each.equal).map(({ path }) => path);
    expect(changed.sort()).toEqual(
      ["a", "b"].flatMap((name) => [
        ...[`datasets/${name}/alignment_matrix_cxf`, `datasets/${name}/r2`, `datasets/${name}/reconstruction`],
      ]),
    );
    const again = await aligned([one, two]);
    expect(await compareHdf5(left.file, again.file)).toMatchObject({ equal: true, onlyLeft: [], onlyRight: [] });
  });

  test("takes memory that grows with its channels, condition averages and factors, and is 0 while a recording is unknown", () => {
    const project = projectOf(["a", "b"], { useAlignmentMatrix: true, spikeBinMs: 10, c_factors_dim: 4 });
    const bytes = (nChannels: number, names: readonly string[]) => {
      const info = { nTrials: 9, nChannels, nBins: 200, binMs: 5, nConditions: 10, hasTruth: false };
      const infos = new Map(names.map((name) => [`days/${name}`, { name, ...info } as DatasetInfo]));
      return memoryOfRuns(project, infos)("c/data_aaaaaa/all:align", 1);
    };
    const both = ["a", "b"];
    // 10 conditions × 100 bins of two datasets, 6 times the channels and 3 times the factors; 5 covariances; 8 bytes each
    const values = (N: number) => 8 * (2 * 1000 * (6 * N + 3 * 4) + 5 * (2 * N) ** 2);
    expect(bytes(300, both) - bytes(100, both)).toBe(values(300) - values(100));
    expect(bytes(100, both)).toBeGreaterThan(values(100) + 100e6);
    expect(bytes(100, ["a"])).toBe(0);
  });

  test("goes into the export of each dataset, where the engine finds it", async () => {
    const { file, recordings } = await aligned([one, two]);
    const out = join(dir, "exported");
    mkdirSync(out);
    const input = (path: string) => [{ name: "", path, digest: "" }];
    await runRule(exportRule, {
      params: {
        dataset: "b",
        source: spec as never,
        spikeBinMs: 10,
        trainToTestRatio: 1,
        dataHash: "T4MzIi",
        dataParams: {},
      },
      inputs: { file: input(recordings[1]!), align: input(file) },
      out,
    });
    const { alignment } = await readLfadsInput(join(out, "lfads_b.h5"));
    const h5 = await openHdf5(file);
    expect(alignment).toEqual({
      matrix: Float32Array.from(h5.readFloat64("datasets/b/alignment_matrix_cxf")),
      bias: Float32Array.from(h5.readFloat64("datasets/b/alignment_bias_c")),
    });
    h5.close();
    const exported = await openHdf5(join(out, "lfads_b.h5"));
    // Of trials 1, 3, 5 and of 2, 4; the fifth has none.
    expect([...exported.readFloat64("valid_condition")]).toEqual([3, 2, 0]);
    expect([...exported.readFloat64("train_condition")]).toEqual([1, 4]);
    expect(exported.readStrings("condition_names")).toEqual(["1", "2", "3", "4"]);
    exported.close();
  });

  test("fails where no condition is in all recordings, or no trial has one", async () => {
    const other = { conditions: [7, 8, 9] };
    expect(await failureOf([one, other])).toBe(
      "No condition is in every dataset of a, b.\n" +
        "  A read-in is fitted to the conditions that all have. Leave datasets out, or name conditions alike.",
    );
    expect(await failureOf([one, { conditions: [Number.NaN, Number.NaN] }])).toBe(
      "No trial of b has a condition.\n  Say where conditions are, or do without alignment.",
    );
  });

  test("fails where conditions are numbers here and texts there, lengths differ, or nothing varies", async () => {
    expect(await failureOf([one, { conditions: ["1", "2"] }])).toBe(
      "The conditions of a are numbers, those of b are texts.\n" +
        "  Name the conditions alike in all recordings: the same condition has the same name.",
    );
    expect(await failureOf([one, { conditions: [1, 2], bins: 9 }])).toBe(
      "a has 3 time bins and b has 4.\n  Give the recordings one length.",
    );
    const still = { conditions: [1, 2], countOf: () => 1, bins: 8 };
    expect(await failureOf([still, still])).toBe("The condition averages are constant: they have no PCs to align to.");
  });

  test("fails where a count is NaN, with its place", async () => {
    const broken = { conditions: [1, 2], countOf: (e: number, t: number) => (e === 1 && t === 3 ? Number.NaN : 1) };
    expect(await failureOf([one, broken])).toBe(
      `${join(dir, "b.h5")}:spikes: 3 counts are NaN or infinite, the first in trial 2, bin 4, channel 1.\n` +
        "  Trials, bins and channels are counted from 1. Mend these values, or leave their trials out.",
    );
  });
});
