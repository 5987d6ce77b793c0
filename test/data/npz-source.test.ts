import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type NpyContent, writeNpy } from "#lib/npy/write-npy.js";
import { writeNpz } from "#lib/npy/write-npz.js";
import { openDataset } from "#lib/sources/open-dataset.js";
import type { NpzSpec } from "#lib/sources/source-spec.js";
import { failureText } from "../failure-text.js";

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
  return (await failureText(openDataset("ds", source, file))).replaceAll(file, "FILE");
}

/** 0, 1, 2, …, so that a value tells where it was. */
const ramp = (length: number): Float64Array => Float64Array.from({ length }, (_, i) => i);

describe("npz sources", () => {
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
      "FILE:side: The truth has shape 2, but 3 trials × 2 bins × 2 channels were expected.\n  Mend the recording, or what the lfadsfile says of it: the counts, spikes, are read as 3 trials × 2 bins × 2 channels.",
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
