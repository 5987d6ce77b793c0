import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXPORT_FORMATS } from "#lib/export/export-format.js";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";

const [TRIALS, BINS, CHANNELS] = [250, 1000, 250] as const; // rates of 500 MB
const { bavail, bsize } = statfsSync(tmpdir());
const dir = mkdtempSync(join(tmpdir(), "lfads-export-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe.skipIf(bavail * bsize < 4e9)("the export of a run with rates of 500 MB", () => {
  beforeAll(() => writeLargeRun(), 300_000);

  it.each(EXPORT_FORMATS)("takes less than 400 MB of memory as %s", (format) => {
    const out = join(dir, `large.${format}`);
    const child = fileURLToPath(new URL("export-child.mjs", import.meta.url));
    const { status, stdout, stderr } = spawnSync(process.execPath, [child, dir, format, out], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const { peak, trials } = JSON.parse(stdout);
    expect(trials).toBe(TRIALS);
    expect(peak, `${Math.round(peak / 1e6)} MB`).toBeLessThan(400e6);
    if (format === "mat" || format === "npz") expect(statSync(out).size).toBeGreaterThan(500e6);
    rmSync(out);
  });
});

/** Every trial has the same rates. */
async function writeLargeRun(): Promise<void> {
  const rates = Float64Array.from({ length: BINS * CHANNELS }, (_, i) => (i % 50) / 100);
  const counts = BigInt64Array.from({ length: BINS * CHANNELS }, (_, i) => BigInt(i % 2));
  const sides = { train: 187, valid: 63 };
  await writeHdf5(join(dir, "lfads_a.h5"), (w) => {
    for (const [side, trials] of Object.entries(sides)) {
      const writer = w.create(`${side}_data`, { shape: [trials, BINS, CHANNELS], type: "int64" });
      for (let trial = 0; trial < trials; trial++) writer.writeRows(trial, counts);
    }
    const isValid = (number: number) => number % 4 === 1;
    const numbers = Array.from({ length: TRIALS }, (_, i) => i + 1);
    w.dataset("train_inds", Float64Array.from(numbers.filter((number) => !isValid(number))));
    w.dataset("valid_inds", Float64Array.from(numbers.filter(isValid)));
    w.dataset(
      "timeVecMs",
      Float64Array.from({ length: BINS }, (_, bin) => bin),
    );
    for (const [side, trials] of Object.entries(sides))
      w.dataset(
        `${side}_condition`,
        BigInt64Array.from({ length: trials }, (_, trial) => BigInt(1 + (trial % 2))),
      );
    w.strings("condition_names", ["1", "2"]);
  });
  for (const [side, trials] of Object.entries(sides)) {
    await writeHdf5(join(dir, side), (w) => {
      const shape = [trials, BINS, CHANNELS];
      const writer = w.create("output_dist_params", { shape, type: "float64" });
      for (let trial = 0; trial < trials; trial++) writer.writeRows(trial, rates);
    });
  }
  await writeHdf5(join(dir, "model_params"), (w) => w.dataset("b", Float32Array.of(1, 2)));
}
