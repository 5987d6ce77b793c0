import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { openDataset } from "#lib/sources/open-dataset.js";
import type { H5Spec } from "#lib/sources/source-spec.js";
import { writeLfadsInput } from "#lib/sources/write-lfads-input.js";
import { readLfadsInput } from "#rules/lfads-input.js";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "lfads-input-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const [E, T, N, I] = [150, 6, 3, 2];
const spec: H5Spec = { kind: "h5", counts: "spikes", binMs: 5 };

/** Exports a recording of 150 trials × 6 bins of 5 ms × 3 channels; a value tells its place. */
async function exported(changes: Partial<H5Spec>, countOf = (i: number) => i % 7, spikeBinMs = 10): Promise<string> {
  const file = join(dir, "recording.h5");
  const ramp = (length: number, value = (i: number) => i) => Float64Array.from({ length }, (_, i) => value(i));
  await writeHdf5(file, (w) => {
    w.dataset("spikes", ramp(E * T * N, countOf), [E, T, N]);
    w.dataset("light", ramp(E * T * I), [E, T, I]);
    w.dataset("matrix", ramp(N * 4), [N, 4]);
    w.dataset(
      "bias",
      ramp(N, (n) => n / 4),
    );
  });
  const reader = await openDataset("a", { ...spec, ...changes }, file);
  const out = join(dir, "lfads_a.h5");
  await writeLfadsInput(reader, out, { spikeBinMs, trainToTestRatio: 4 });
  reader.close();
  return out;
}

/** What the export's trial `number`, from 1, has of E×T×W values `of` at 10 ms. */
const merged = (number: number, width: number, of: (i: number) => number) =>
  Array.from({ length: (T / 2) * width }, (_, i) => {
    const [bin, k] = [Math.floor(i / width), i % width];
    const at = ((number - 1) * T + 2 * bin) * width + k;
    return of(at) + of(at + width);
  });

describe("an exported recording as the engine takes it", () => {
  test("has counts as bytes and nothing that the recording does not bring", async () => {
    const input = await readLfadsInput(await exported({}));
    expect({ bins: input.bins, channels: input.channels }).toEqual({ bins: 3, channels: N });
    expect([input.train.trials, input.valid.trials]).toEqual([120, 30]);
    expect(input.train.values).toBeInstanceOf(Uint8Array);
    expect([...input.train.values.slice(-9)]).toEqual(merged(150, N, (i) => i % 7));
    expect([...input.valid.values.slice(9, 18)]).toEqual(merged(6, N, (i) => i % 7));
    expect(input).not.toHaveProperty("externalInputs");
    expect(input).not.toHaveProperty("alignment");
  });

  test("has the external inputs of each side, summed over merged bins", async () => {
    const { externalInputs } = await readLfadsInput(await exported({ externalInputs: "light" }));
    const { train, valid } = externalInputs!;
    expect([train.length, valid.length]).toEqual([120 * 3 * I, 30 * 3 * I]);
    expect([...train.slice(0, 6)]).toEqual(merged(2, I, (i) => i));
    expect([...train.slice(-6)]).toEqual(merged(150, I, (i) => i));
    expect([...valid.slice(-6)]).toEqual(merged(146, I, (i) => i));
  });

  test("has real values as they are", async () => {
    const value = (i: number) => (i % 5) / 4 - 0.5;
    const input = await readLfadsInput(await exported({}, value));
    expect(input.valid.values).toBeInstanceOf(Float32Array);
    expect([...input.valid.values.slice(0, 9)]).toEqual(merged(1, N, value));
  });

  test("has the recording's alignment; without a bias it is zero", async () => {
    const matrix = Float32Array.from({ length: N * 4 }, (_, i) => i);
    const file = await exported({ alignmentMatrix: "matrix", alignmentBias: "bias" });
    expect((await readLfadsInput(file)).alignment).toEqual({ matrix, bias: Float32Array.of(0, 0.25, 0.5) });
    const h5 = await openHdf5(file);
    expect([h5.shape("alignment_matrix_cxf"), h5.dtype("alignment_matrix_cxf")]).toEqual([[N, 4], "float64"]);
    expect([h5.shape("alignment_bias_c"), h5.dtype("alignment_bias_c")]).toEqual([[N], "float64"]);
    h5.close();
    const { alignment } = await readLfadsInput(await exported({ alignmentMatrix: "matrix" }));
    expect(alignment).toEqual({ matrix, bias: new Float32Array(N) });
  });

  test("is read to the first bins only when that is asked for", async () => {
    const file = await exported({ externalInputs: "light" });
    const [all, first] = [await readLfadsInput(file), await readLfadsInput(file, 2)];
    expect([first.bins, first.train.trials, first.train.values.length]).toEqual([2, 120, 120 * 2 * N]);
    const cut = <V extends { slice(from: number, to: number): Iterable<number> }>(values: V, width: number) =>
      Array.from({ length: 30 }, (_, i) => [...values.slice(i * 3 * width, (i * 3 + 2) * width)]).flat();
    expect([...first.valid.values]).toEqual(cut(all.valid.values, N));
    expect([...first.externalInputs!.valid]).toEqual(cut(all.externalInputs!.valid, I));
    expect((await readLfadsInput(file, 99)).bins).toBe(3);
  });
});
