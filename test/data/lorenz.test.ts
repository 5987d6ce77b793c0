import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { lorenzLatents } from "#lib/sources/lorenz-latents.js";
import { lorenzRates } from "#lib/sources/lorenz-rates.js";
import { openDataset } from "#lib/sources/open-dataset.js";
import type { LorenzSpec } from "#lib/sources/source-spec.js";
import { writeLorenz } from "#lib/sources/write-lorenz.js";

const demo: LorenzSpec = {
  kind: "lorenz",
  index: 0,
  seed: 1,
  conditions: 65,
  trialsPerCondition: 15,
  channels: [25, 35],
  durationMs: 500,
  meanRateHz: 5,
  dt: 0.006,
  sigma: 10,
  rho: 28,
  beta: 8 / 3,
};
const small: LorenzSpec = { ...demo, conditions: 4, trialsPerCondition: 5, channels: [6, 9], durationMs: 120 };

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "lfads-lorenz-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

test("the demo is the same on every machine", async () => {
  const digests: string[] = [];
  for (const index of [0, 1]) {
    const file = join(dir, `small${index}.h5`);
    await writeLorenz({ ...small, index }, file);
    const h5 = await openHdf5(file);
    digests.push(sha256(new Uint8Array(h5.readFloat64("spikes").buffer)), sha256(readFileSync(file)));
    h5.close();
  }
  // Spikes, then the file, whose bytes also hang on the HDF5 library's version.
  expect(digests).toEqual([
    "3a02403891811c4f20da4277ae2e59e30f0697f46671b255824ac36795305f3a",
    "33bd3ca2cbb5819eb5af2613365875e5bab62887c24839d475702367417fab2f",
    "0cea51642de2303b1ef3e2ff0ae5eb0f6b2ccbe8005bbf7e01bec7a2a09d2a2b",
    "498cf1e2801bb6db8def766f600d005d912627f9aafac3d1298396ccd02c3ac2",
  ]);
});

test("rates have the mean asked for, vary, and come from latents that all datasets share", () => {
  const latents = lorenzLatents(demo);
  expect(latents.length).toBe(65 * 500 * 3);
  expect(lorenzLatents({ ...demo, index: 2, channels: [3, 3] })).toEqual(latents);
  for (let k = 0; k < 3; k++) {
    const values = latents.filter((_, i) => i % 3 === k);
    expect(values.reduce((sum, x) => sum + x, 0) / values.length).toBeCloseTo(0, 10);
    expect(values.reduce((sum, x) => sum + x * x, 0) / values.length).toBeCloseTo(1, 10);
  }
  const numbers = [0, 1, 2].map((index) => {
    const { nChannels, ratesHz } = lorenzRates({ ...demo, index });
    const mean = ratesHz.reduce((sum, rate) => sum + rate, 0) / ratesHz.length;
    expect(mean).toBeCloseTo(5, 4);
    const highest = ratesHz.reduce((most, rate) => Math.max(most, rate), 0);
    expect(highest).toBeGreaterThan(50);
    expect(highest).toBeLessThan(1000);
    return nChannels;
  });
  expect(numbers).toEqual([34, 27, 34]);
  for (const n of numbers) expect(n >= 25 && n <= 35).toBe(true);
});

test("spikes follow the rates, and the reader gives each trial its condition's truth", async () => {
  const file = join(dir, "read.h5");
  const spec = { ...small, trialsPerCondition: 200, meanRateHz: 20 };
  await writeLorenz(spec, file);
  const reader = await openDataset("dataset001", spec, file);
  expect(reader.info).toEqual({
    name: "dataset001",
    nTrials: 800,
    nChannels: reader.info.nChannels,
    nBins: 120,
    binMs: 1,
    hasTruth: true,
    hasConditions: true,
    nExternalInputs: 0,
    nStates: 3,
    alignmentFactors: null,
    split: null,
  });
  expect(reader.timeVecMs.slice(0, 2)).toEqual(Float64Array.of(0.5, 1.5));
  const { counts, truth } = reader.readTrials(0, 800);
  const sums = { spikes: 0, expected: 0 };
  for (let i = 0; i < counts.length; i++) {
    sums.spikes += counts[i]!;
    sums.expected += truth![i]!;
  }
  // Within five standard deviations of a Poisson count.
  expect(Math.abs(sums.spikes - sums.expected)).toBeLessThan(5 * Math.sqrt(sums.expected));
  // A slice over the border of two conditions is the same as the whole.
  const part = reader.readTrials(199, 2);
  const trialSize = 120 * reader.info.nChannels;
  expect(part.counts).toEqual(counts.slice(199 * trialSize, 201 * trialSize));
  expect(part.truth).toEqual(truth!.slice(199 * trialSize, 201 * trialSize));
  expect([reader.conditions![199], reader.conditions![200]]).toEqual([1, 2]);
  reader.close();
});
