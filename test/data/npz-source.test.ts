import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FailureError, formatFailure } from "#lib/failure.js";
import { type NpyContent, writeNpy } from "#lib/npy/write-npy.js";
import { writeNpz } from "#lib/npy/write-npz.js";
import { openDataset } from "#lib/sources/open-dataset.js";
import type { NpzSpec } from "#lib/sources/source-spec.js";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "lfads-npz-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

let made = 0;
function fileWith(arrays: Readonly<Record<string, NpyContent>>): string {
  const file = join(dir, `file${made++}.npz`);
  writeNpz(file, arrays);
  return file;
}

async function failureOf(source: NpzSpec, file: string): Promise<string> {
  const error = await openDataset("ds", source, file).then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(FailureError);
  return formatFailure((error as FailureError).failure).replaceAll(file, "FILE");
}

/** 0, 1, 2, …, so that a value tells where it was. */
const ramp = (length: number): Float64Array => Float64Array.from({ length }, (_, i) => i);

describe("npz sources", () => {
  test("counts, truth in spikes/s, conditions in text, external inputs and times of one archive", async () => {
    const file = fileWith({
      spikes: { data: Uint8Array.from(ramp(12)), shape: [3, 2, 2] },
      rates: { data: Float32Array.from(ramp(12)), shape: [3, 2, 2] },
      side: { data: ["left", "right", "left"] },
      input: { data: ramp(6), shape: [3, 2, 1] },
      ms: { data: Float64Array.of(-15, -5) },
    });
    const spec: NpzSpec = {
      kind: "npz",
      counts: "spikes",
      truth: "rates",
      condition: "side",
      externalInputs: "input",
      time: "ms",
    };
    const reader = await openDataset("ds", spec, file);
    expect(reader.info).toEqual({
      name: "ds",
      nTrials: 3,
      nChannels: 2,
      nBins: 2,
      binMs: 10,
      hasTruth: true,
      hasConditions: true,
      nExternalInputs: 1,
      alignmentFactors: null,
      split: null,
    });
    expect([...reader.timeVecMs]).toEqual([-15, -5]);
    expect(reader.conditions).toEqual(["left", "right", "left"]);
    const trials = reader.readTrials(1, 2);
    expect([...trials.counts]).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
    expect([...trials.truth!]).toEqual([4, 5, 6, 7, 8, 9, 10, 11].map((rate) => rate * 0.01));
    expect([...trials.externalInputs!]).toEqual([2, 3, 4, 5]);
    reader.close();
  });

  test("an archive's own split, with its indices", async () => {
    const file = fileWith({
      a: { data: ramp(2), shape: [2, 1, 1] },
      b: { data: Float64Array.of(7), shape: [1, 1, 1] },
      ai: { data: BigInt64Array.of(0n, 2n) },
      bi: { data: BigInt64Array.of(1n) },
    });
    const spec: NpzSpec = {
      kind: "npz",
      counts: { train: "a", valid: "b" },
      indices: { train: "ai", valid: "bi", base: 0 },
      binMs: 5,
    };
    const reader = await openDataset("ds", spec, file);
    expect(reader.split).toEqual({ train: [1, 3], valid: [2] });
    expect([...reader.readTrials(0, 3).counts]).toEqual([0, 1, 7]);
    expect(reader.originOf(2, "counts")).toEqual({ path: "b", trial: 1 });
    reader.close();
  });

  test("axes in another order, of all that is in bins", async () => {
    // Channels × time × trials: value c + 10 t + 100 e.
    const at = (length: number) => (_: unknown, i: number) =>
      (Math.floor(i / 6) % length) + 10 * (Math.floor(i / 2) % 3) + 100 * (i % 2);
    const file = fileWith({
      spikes: { data: Float32Array.from({ length: 24 }, at(4)), shape: [4, 3, 2] },
      input: { data: Int32Array.from({ length: 6 }, at(1)), shape: [1, 3, 2] },
      side: { data: ["left", "right"] },
    });
    const spec: NpzSpec = {
      kind: "npz",
      counts: "spikes",
      externalInputs: "input",
      condition: "side",
      axes: ["channels", "time", "trials"],
      binMs: 10,
    };
    const reader = await openDataset("ds", spec, file);
    expect([reader.info.nTrials, reader.info.nBins, reader.info.nChannels]).toEqual([2, 3, 4]);
    const { counts, externalInputs } = reader.readTrials(1, 1);
    expect([...counts]).toEqual([100, 101, 102, 103, 110, 111, 112, 113, 120, 121, 122, 123]);
    expect([...externalInputs!]).toEqual([100, 110, 120]);
    reader.close();
  });

  test("a .npy file holds the counts alone", async () => {
    const file = join(dir, "alone.npy");
    writeNpy(file, { data: Int16Array.from(ramp(8)), shape: [2, 2, 2] });
    const reader = await openDataset("ds", { kind: "npz", binMs: 10 }, file);
    expect([reader.info.nTrials, reader.info.nBins, reader.info.nChannels, reader.info.binMs]).toEqual([2, 2, 2, 10]);
    expect([...reader.readTrials(1, 1).counts]).toEqual([4, 5, 6, 7]);
    reader.close();
  });

  test.each<[string, Partial<NpzSpec>, string]>([
    [
      "a missing array",
      { counts: "spike" },
      "FILE:spike: The .npz file has no such array.\n  It holds, closest first: spikes, side.",
    ],
    [
      "counts that are not trials × bins × channels",
      { counts: "side" },
      "FILE:side: The counts have shape 2, but trials × bins × channels were expected.",
    ],
    [
      "a truth of another size",
      { truth: "side" },
      "FILE:side: The truth has shape 2, but 3 trials × 2 bins × 2 channels were expected.\n  Mend the recording, or the names in the lfadsfile: the counts are spikes.",
    ],
    ["times in text", { time: "side" }, "FILE:side: Numbers were expected, but the array holds text."],
  ])("%s", async (_, fields, message) => {
    const file = fileWith({
      spikes: { data: ramp(12), shape: [3, 2, 2] },
      side: { data: ["left", "right"] },
    });
    expect(await failureOf({ kind: "npz", counts: "spikes", binMs: 10, ...fields }, file)).toBe(message);
  });
});
