import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { ChaoticRnn, pulseBinOf } from "#lib/sources/chaotic-rnn.js";
import { chaoticRnn } from "#lib/sources/define-sources.js";
import { openDataset } from "#lib/sources/open-dataset.js";
import type { ChaoticRnnSpec } from "#lib/sources/source-spec.js";
import { writeChaoticRnn } from "#lib/sources/write-chaotic-rnn.js";
import { writeLfadsInput } from "#lib/sources/write-lfads-input.js";

const { count: _, ...defaults } = chaoticRnn();
const papers: ChaoticRnnSpec = { ...defaults, index: 0 };
const small: ChaoticRnnSpec = { ...papers, conditions: 3, trialsPerCondition: 4, units: 6, durationMs: 200 };

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "lfads-chaotic-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** States of the units, from their rates. */
const statesOf = (spec: ChaoticRnnSpec, condition: number, pulseBin: number) =>
  new ChaoticRnn(spec).ratesHz(condition, pulseBin).map((rate) => Math.atanh((2 * rate) / spec.maxRateHz - 1));

test("a network is the same on every machine", async () => {
  const file = join(dir, "same.h5");
  await writeChaoticRnn(small, file);
  const h5 = await openHdf5(file);
  const digest = (name: string) =>
    createHash("sha256")
      .update(new Uint8Array(h5.readFloat64(name).buffer))
      .digest("hex")
      .slice(0, 16);
  expect(["spikes", "rates", "pulseBin", "conditionId"].map(digest)).toMatchInlineSnapshot(`
    [
      "ce844eef9a41becd",
      "240f64a28fc485a3",
      "adfa297ffd041f05",
      "7bd1585d89da175e",
    ]
  `);
  h5.close();
});

test("a unit alone follows its equation: decay, its own weight times the gain, and the input in one bin", () => {
  const weights = [1, 2].map((gain) => {
    const spec = { ...papers, units: 1, gain, pulse: 3, tauMs: 40 };
    const fits = [0, 1, 2].flatMap((condition) => {
      const x = statesOf(spec, condition, 5);
      return [1, 2, 3, 4, 6, 7].map((t) => (x[t]! - 0.75 * x[t - 1]!) / (0.25 * Math.tanh(x[t - 1]!)));
    });
    for (const weight of fits) expect(weight).toBeCloseTo(fits[0]!, 9);
    return fits[0]!;
  });
  expect(weights[1]! / weights[0]!).toBeCloseTo(2, 9);
});

test("a pulse kicks every trial alike, in its bin and not before", () => {
  const kicks = [0, 1].flatMap((condition) =>
    [1, 2].map((pulse) => {
      const still = statesOf({ ...papers, pulse }, condition, -1);
      const hit = statesOf({ ...papers, pulse }, condition, 40);
      expect(hit.subarray(0, 40 * 50)).toEqual(still.subarray(0, 40 * 50));
      return Array.from({ length: 50 }, (_, n) => (hit[40 * 50 + n]! - still[40 * 50 + n]!) / pulse);
    }),
  );
  const [first, ...others] = kicks as [number[], ...number[][]];
  const worst = others.map((other) => Math.max(...other.map((kick, n) => Math.abs(kick - first[n]!))));
  expect(Math.max(...worst)).toBeLessThan(1e-9);
  // Δ/τ B with B ~ N(0, 1): five standard errors of the variance of 50.
  const variance = first.reduce((sum, kick) => sum + kick * kick, 0) / 50 / 0.4 ** 2;
  expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / 50));
});

test("pulses come anywhere in the middle half, in each trial and dataset at another time", () => {
  const bins = Array.from({ length: 2000 }, (_, trial) => pulseBinOf(papers, trial));
  expect([Math.min(...bins), Math.max(...bins), new Set(bins).size]).toEqual([25, 74, 50]);
  expect(pulseBinOf({ ...papers, index: 1 }, 0)).not.toBe(bins[0]);
});

test("spikes follow the rates, which are the trial's own truth", async () => {
  const file = join(dir, "read.h5");
  const spec = { ...papers, conditions: 2, trialsPerCondition: 20 };
  await writeChaoticRnn(spec, file);
  const reader = await openDataset("dataset001", spec, file);
  expect(reader.info).toMatchObject({ nTrials: 40, nBins: 100, nChannels: 50, binMs: 10, hasTruth: true });
  const { counts, truth } = reader.readTrials(0, 40);
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  expect(Math.abs(sum(counts) - sum(truth!))).toBeLessThan(5 * Math.sqrt(sum(truth!)));
  const second = new ChaoticRnn(spec).ratesHz(1, pulseBinOf(spec, 25)).map((rate) => Math.fround(rate) / 100);
  const worst = truth!.subarray(25 * 5000, 26 * 5000).map((value, i) => Math.abs(value - second[i]!));
  expect(Math.max(...worst)).toBeLessThan(1e-12);
  reader.close();
});

test("the export keeps the merged bin of each trial's pulse; a network without a pulse has none", async () => {
  const exported = async (spec: ChaoticRnnSpec) => {
    const file = join(dir, `made-${spec.pulse}.h5`);
    await writeChaoticRnn(spec, file);
    const reader = await openDataset("a", spec, file);
    await writeLfadsInput(reader, join(dir, "out.h5"), { spikeBinMs: 20, trainToTestRatio: 4 });
    reader.close();
    return openHdf5(join(dir, "out.h5"));
  };
  const input = await exported(small);
  const of = (path: string) => [...input.readFloat64(path)].map((trial) => pulseBinOf(small, trial - 1) >> 1);
  expect([...input.readFloat64("train_pulse_bin")]).toEqual(of("train_inds"));
  expect([...input.readFloat64("valid_pulse_bin")]).toEqual(of("valid_inds"));
  input.close();
  const still = await exported({ ...small, pulse: 0 });
  expect(still.has("train_pulse_bin")).toBe(false);
  still.close();
});
