import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { BuildEvent } from "#lib/build/index.js";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { RandomStream } from "#lib/random/random-stream.js";
import type { Evaluation } from "#rules/evaluation.js";
import { lfads } from "../cli/run-lfads.js";

// A Python with h5py and scikit-learn; .ci/run makes one. Without it there is nothing to compare with.
const python = process.env.LFADS_TEST_PYTHON;
const script = new URL("evaluate.py", import.meta.url).pathname;

const dir = mkdtempSync(join(tmpdir(), "lfads-evaluate-"));
const [trials, bins, channels] = [90, 40, 10];

/** A point that goes round a circle, in five directions; channels fire by where it is, and it is where the hand moves to. */
async function writeRecording(): Promise<void> {
  const stream = new RandomStream(3, 50);
  const shape = { states: 2, velocity: 2, rates: channels, spikes: channels };
  const arrays = Object.fromEntries(
    Object.entries(shape).map(([name, width]) => [name, new Float64Array(trials * bins * width)]),
  ) as Record<keyof typeof shape, Float64Array>;
  for (let row = 0; row < trials * bins; row++) {
    const angle = ((row % bins) / bins) * 6 + (Math.floor(row / bins) % 5);
    const state = [Math.cos(angle), Math.sin(angle)] as const;
    arrays.states.set(state, 2 * row);
    // Not known of every seventh bin.
    const noise = () => (row % 7 === 3 ? Number.NaN : 0.5 * stream.normal());
    arrays.velocity.set([10 * state[1] + noise(), state[0] + noise()], 2 * row);
    for (let n = 0; n < channels; n++) {
      const rate = Math.exp(-1 + 1.2 * (Math.cos(n) * state[0] + Math.sin(n) * state[1]));
      arrays.rates[row * channels + n] = rate;
      let [count, left] = [0, Math.exp(-rate)];
      for (let u = stream.uniform(); u > left && count < 20; count++) {
        u -= left;
        left *= rate / (count + 1);
      }
      arrays.spikes[row * channels + n] = count;
    }
  }
  mkdirSync(join(dir, "data"));
  await writeHdf5(join(dir, "data", "a.h5"), (w) => {
    for (const [name, width] of Object.entries(shape)) {
      w.dataset(name, arrays[name as keyof typeof shape], [trials, bins, width]);
    }
    w.dataset(
      "condition",
      Float64Array.from({ length: trials }, (_, trial) => trial % 5),
    );
  });
}

function write(more: string): void {
  const text = `
import { datasetCollection, defineLfads, h5, runCollection, runParams, runSpec } from "lfads";
const datasets = datasetCollection("hand", {
  path: "data",
  datasets: h5("*.h5", {
    counts: "spikes", truth: "rates", truthUnit: "countsPerBin", condition: "condition", binMs: 10,
    heldOut: [2, 5, 9], ${more}
  }),
});
export default defineLfads({
  collections: [
    runCollection("fit", {
      datasets,
      runSpecs: [runSpec.all()],
      params: [runParams({
        spikeBinMs: 10, trainToTestRatio: 2, c_co_dim: 0, c_batch_size: 20, c_factors_dim: 3, c_gen_dim: 24, c_ic_dim: 8,
        c_ic_enc_dim: 16, c_keep_prob: 1, c_kl_start_step: 0, c_kl_increase_steps: 100, c_l2_start_step: 0,
        c_l2_increase_steps: 100, num_samples_posterior: 16, maxEpochs: 120,
      })],
    }),
  ],
});
`;
  writeFileSync(join(dir, "lfadsfile.ts"), text);
}

const runDir = () => {
  const param = readdirSync(join(dir, "runs/fit")).find((name) => name.startsWith("param_"))!;
  return join(dir, "runs/fit", param, "all");
};
const evaluation = () => JSON.parse(readFileSync(join(runDir(), "evaluation.json"), "utf8")) as Evaluation;

/** The rules of targets that ran. */
function build(): string[] {
  const { code, out, err } = lfads(dir, "build", "--json");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const events = out.split("\n").filter(Boolean);
  return events
    .map((line) => JSON.parse(line) as BuildEvent)
    .flatMap((event) => (event.type === "finished" && event.how === "ran" ? [event.label.split(":")[1]!] : []))
    .sort();
}

beforeAll(async () => {
  await writeRecording();
  write('states: "states"');
  build();
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it("behaviour that is added to a recording is decoded, and nothing is trained or sampled again", () => {
  expect(evaluation().all.behavior).toBeNull();
  write('states: "states", behavior: "velocity"');
  expect(build()).toEqual(["dataset", "evaluate", "export", "results"]);
  const { all, datasets } = evaluation();
  expect(all.behavior).toHaveLength(2);
  expect(datasets[0]!.decoder).toMatchObject({ from: "rates", lagMs: 0 });
  write('states: "states", behavior: "velocity", decode: { from: "factors", lagMs: 20 }');
  expect(build()).toEqual(["evaluate", "results"]);
  expect(evaluation().datasets[0]!.decoder).toMatchObject({ from: "factors", lagMs: 20 });
});

it("a model that is trained on the held-in channels predicts the others, the states and the behaviour", () => {
  const { all, datasets } = evaluation();
  expect(all.coSmoothing).toBeGreaterThan(0.1);
  expect(all.bitsPerSpike).toBeGreaterThan(0.1);
  expect(Math.min(...(all.states as number[]), all.r2!.pooled, all.psthR2!)).toBeGreaterThan(0.6);
  expect(all.behavior![0]).toBeGreaterThan(0.6);
  expect(datasets[0]!.heldOut).toMatchObject({ channels: [2, 5, 9] });
  expect(datasets[0]!.perChannel.r2).toHaveLength(7);
});

it.runIf(python).each([
  ["rates", 0],
  ["factors", 3],
  ["rates", -2],
] as const)(
  "every measure is what scikit-learn makes of the same files, behaviour from the %s with a lag of %i bins",
  (from, lag) => {
    write(`states: "states", behavior: "velocity", decode: { from: "${from}", lagMs: ${10 * lag} }`);
    build();
    const data = readdirSync(join(dir, "runs/fit")).find((name) => name.startsWith("data_"))!;
    const runs = join(runDir(), "lfadsOutput/model_runs_a.h5_");
    const { status, stdout, stderr } = spawnSync(
      python!,
      [
        script,
        join(dir, "runs/fit", data, "all/lfads_a.h5"),
        join(dir, "runs/fit", data, "all/evaluation_a.h5"),
        `${runs}train_posterior_sample_and_average`,
        `${runs}valid_posterior_sample_and_average`,
        from,
        String(lag),
      ],
      { encoding: "utf8" },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const { lambda, ...reference } = JSON.parse(stdout);
    const { all, datasets } = evaluation();
    expect(datasets[0]!.decoder!.lambda).toBe(lambda);
    const { meanRateNll: _, psthNll: __, ...ours } = all;
    const flat = (value: unknown): number[] =>
      typeof value === "number"
        ? [value]
        : Object.keys(value as object)
            .sort()
            .flatMap((key) => flat((value as never)[key]));
    const [expected, found] = [flat(reference), flat(ours)];
    expect(found).toHaveLength(10);
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i]!, 7);
  },
);
