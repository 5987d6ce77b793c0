import { describe, expect, it } from "vitest";
import type { Work } from "#lib/build/past-durations.js";
import { workOf } from "#rules/work-of.js";
import { inFolder, lfads, tinyLfadsfile } from "./run-lfads.js";

describe("a dry run", () => {
  it("says before the first build that the time is not known, and runs nothing", () => {
    inFolder(tinyLfadsfile(), (dir) => {
      const { code, out, err } = lfads(dir, "build", "--dry-run", "stitched:export");
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(out.split("\n").slice(-3)).toEqual([
        "4 targets: 2 to run, 0 to restore, 2 may run, 0 fresh.",
        "How long it takes is not known: nothing like it ran here yet.",
        "",
      ]);
      const explained = lfads(dir, "build", "--dry-run", "--explain", "stitched:export").out;
      expect(explained.startsWith("never built here\n  run      tiny/dataset001:generate\n")).toBe(true);
      expect(explained.endsWith(`\n\n${out}`)).toBe(true);
      const json = JSON.parse(lfads(dir, "build", "-n", "--json", "stitched:export").out);
      expect(json.estimate).toEqual({ seconds: 0, unknown: 4 });
      expect(json.targets.map((target: { seconds: unknown }) => target.seconds)).toEqual([null, null, null, null]);
      expect(JSON.parse(lfads(dir, "status", "--json").out).targets["tiny/dataset001:generate"]).toBe("missing");
    });
  });
});

/** Seconds of processor time, measured on one thread, of models that differ in these from 128, 128, 128 and 64 units. */
const measured = {
  train: [
    [{ c_gen_dim: 32 }, 0.2],
    [{ c_gen_dim: 64 }, 0.175],
    [{ c_gen_dim: 128 }, 0.233],
    [{ c_gen_dim: 200 }, 0.409],
    [{ c_gen_dim: 64, c_ic_enc_dim: 32 }, 0.056],
    [{ c_gen_dim: 64, c_ic_enc_dim: 64 }, 0.106],
    [{ c_gen_dim: 64, c_ic_enc_dim: 200 }, 0.507],
    [{ c_gen_dim: 32, c_co_dim: 4 }, 0.673],
    [{ c_gen_dim: 64, c_co_dim: 4 }, 0.692],
    [{ c_gen_dim: 128, c_co_dim: 4 }, 0.69],
  ],
  posterior: [
    [{ c_gen_dim: 32 }, 0.277],
    [{ c_gen_dim: 64 }, 0.294],
    [{ c_gen_dim: 128 }, 0.606],
    [{ c_gen_dim: 200 }, 1.463],
    [{ c_gen_dim: 32, c_co_dim: 4 }, 0.692],
    [{ c_gen_dim: 64, c_co_dim: 4 }, 0.963],
    [{ c_gen_dim: 128, c_co_dim: 4 }, 1.264],
  ],
} as const;

describe("work that past durations are scaled by", () => {
  const of = (rule: string, params: Work["params"], ...inputs: readonly Work[]): Work => ({
    ...{ rule, params },
    inputs: () => inputs,
  });
  const training = (own: Record<string, string | number>, datasets = ["a"], ...inputs: readonly Work[]) =>
    of("train", { datasets, params: { c_factors_dim: 8, ...own } }, ...inputs);

  it("grows with datasets, samples and epochs", () => {
    const sampled = (samples: number, datasets = ["a"]) => workOf(of("posterior", { datasets, samples }, training({})));
    expect(sampled(64, ["a", "b"])).toBe(2 * sampled(64));
    expect(sampled(65) - sampled(64)).toBe(sampled(3) - sampled(2));
    expect(workOf(of("posterior", { kind: "posterior_push_mean", datasets: ["a"] }, training({})))).toBe(sampled(1));
    expect(workOf(of("prior", { seed: 1, samples: 10 }, training({})))).toBe(10 * (sampled(2) - sampled(1)));
    expect(workOf(of("results", { datasets: ["a", "b"] }))).toBe(2);
    expect(workOf(of("export", { dataset: "a" }))).toBe(1);
    const epoch = workOf(training({ maxEpochs: 1 }));
    expect(workOf(training({ maxEpochs: 50 }, ["a", "b"]))).toBe(100 * epoch);
  });

  it("takes for a training without maxEpochs the epochs that its learning rate decays in", () => {
    const params = { c_learning_rate_init: 0.1, c_learning_rate_stop: 0.001, c_learning_rate_decay_factor: 0.5 };
    // 0.1 × 0.5⁷ is the first below 0.001; each decay looks at 6 epochs by default.
    const epoch = workOf(training({ maxEpochs: 1 }));
    expect(workOf(training(params))).toBe(42 * epoch);
    expect(workOf(training({ ...params, maxEpochs: 1000 }))).toBe(42 * epoch);
  });

  it.each(["train", "posterior"] as const)("follows the size of the model, within what was measured: %s", (rule) => {
    const rates = measured[rule].map(([own, seconds]) => {
      const train = training({ c_co_dim: 0, maxEpochs: 1, ...own });
      return seconds / workOf(rule === "train" ? train : of("posterior", { datasets: ["a"], samples: 64 }, train));
    });
    expect(Math.max(...rates) / Math.min(...rates)).toBeLessThan(1.7);
  });

  it("is twice as much with bins half as wide", () => {
    const with10 = training({}, ["a"], of("export", { spikeBinMs: 10 }));
    const with5 = training({}, ["a"], of("export", { spikeBinMs: 5 }));
    expect(workOf(with5)).toBe(2 * workOf(with10));
    const sampled = (train: Work) => workOf(of("posterior", { datasets: ["a"], samples: 4 }, train));
    expect(sampled(with5)).toBe(2 * sampled(with10));
  });
});
