// inputInfo_<dataset>.mat of a build, as SciPy and Octave load it, beside the export of the same dataset.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { lfads, tinyLfadsfile } from "../cli/run-lfads.js";

// A Python with SciPy, and Octave; .ci/run brings both.
const python = process.env.LFADS_TEST_PYTHON;
const octave = spawnSync("octave-cli", ["--version"]).status === 0;
if (process.env.CI && !(python && octave)) throw new Error("LFADS_TEST_PYTHON or octave-cli is missing in CI.");

/** What either program is asked to print: sizes and sums, so that no order of axes or of trials can be mistaken. */
interface Loaded {
  readonly size: readonly number[];
  readonly trainInds: readonly number[];
  readonly validInds: readonly number[];
  readonly hash: string;
  readonly time: readonly number[];
  readonly binMs: number;
  /** Counts of channel n in trial e times n and e (from 1), summed. */
  readonly weighted: number;
  readonly truth: number;
  readonly conditions: readonly number[];
}

const pythonText = `
import json, sys, numpy, scipy.io
m = scipy.io.loadmat(sys.argv[1])
counts = m["counts"].astype(float)
n, t, e = counts.shape
flat = lambda name: m[name].ravel().tolist()
print(json.dumps({"size": [n, t, e], "trainInds": flat("trainInds"), "validInds": flat("validInds"),
  "hash": m["paramInputDataHash"][0], "time": flat("seq_timeVector"), "binMs": m["seq_binSizeMs"].item(),
  "weighted": float(numpy.einsum("nte,n,e->", counts, numpy.arange(n) + 1, numpy.arange(e) + 1)),
  "truth": float(m["truth"].sum()), "conditions": flat("conditionId")}))
`;
const octaveText = (path: string) => `
m = load("${path}");
[n, t, e] = size(m.counts);
assert(class(m.counts), "double");
weights = reshape((1:n)' * (1:e), [n, 1, e]);
puts(jsonencode(struct("size", [n, t, e], "trainInds", m.trainInds, "validInds", m.validInds, ...
  "hash", m.paramInputDataHash, "time", m.seq_timeVector, "binMs", m.seq_binSizeMs, ...
  "weighted", sum((m.counts .* weights)(:)), "truth", sum(m.truth(:)), "conditions", m.conditionId')));
`;

let expected: Loaded;
let file: string;
const dir = mkdtempSync(join(tmpdir(), "lfads-input-info-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
beforeAll(async () => {
  writeFileSync(join(dir, "lfadsfile.ts"), tinyLfadsfile());
  const built = lfads(dir, "build", "stitched/**:export");
  if (built.code !== 0) throw new Error(built.err);
  const data = join(dir, "runs/stitched", readdirSync(join(dir, "runs/stitched")).find((n) => n.startsWith("data_"))!);
  file = join(data, "all/inputInfo_dataset001.mat");
  const input = await openHdf5(join(data, "all/lfads_dataset001.h5"));
  const [trainInds, validInds] = [[...input.readFloat64("train_inds")], [...input.readFloat64("valid_inds")]];
  const shape = input.shape("train_data");
  const sides = [
    [trainInds, input.readFloat64("train_data")],
    [validInds, input.readFloat64("valid_data")],
  ] as const;
  const [bins, channels] = [shape[1]!, shape[2]!];
  let weighted = 0;
  for (const [inds, counts] of sides) {
    counts.forEach((count, i) => {
      weighted += count * ((i % channels) + 1) * inds[Math.floor(i / (bins * channels))]!;
    });
  }
  const sum = (name: string) => input.readFloat64(name).reduce((all, value) => all + value, 0);
  const conditions = [...input.readFloat64("train_condition"), ...input.readFloat64("valid_condition")];
  const byTrial = [...trainInds, ...validInds].map((number, i) => [number, conditions[i]!] as const);
  expected = {
    size: [channels, bins * 10, 24],
    trainInds,
    validInds,
    hash: data.slice(-6),
    time: Array.from({ length: bins * 10 }, (_, bin) => bin + 0.5),
    binMs: 1,
    weighted,
    truth: sum("train_truth") + sum("valid_truth"),
    conditions: byTrial.sort(([a], [b]) => a - b).map(([, condition]) => condition),
  };
  input.close();
});

function expectLoaded(command: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  const { truth, ...loaded } = JSON.parse(stdout) as Loaded;
  const { truth: expectedTruth, ...rest } = expected;
  expect(loaded).toEqual(rest);
  expect(truth).toBeCloseTo(expectedTruth, 6);
}

it.runIf(python)("SciPy loads the very trials of the export, at the recording's bins", () => {
  expectLoaded(python!, ["-c", pythonText, file]);
});

it.runIf(octave)("Octave loads the same, counts as doubles", () => {
  expectLoaded("octave-cli", ["--no-init-file", "--eval", octaveText(file)]);
});
