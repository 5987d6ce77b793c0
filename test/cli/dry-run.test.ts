import { describe, expect, it } from "vitest";
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

describe("work that past durations are scaled by", () => {
  it("grows with datasets, samples and epochs", () => {
    const datasets = ["a", "b"];
    expect(workOf("posterior", { kind: "k", datasets, samples: 64 })).toBe(128);
    expect(workOf("posterior", { kind: "posterior_push_mean", datasets })).toBe(2);
    expect(workOf("prior", { seed: 1, samples: 10 })).toBe(10);
    expect(workOf("results", { datasets })).toBe(2);
    expect(workOf("export", { dataset: "a" })).toBe(1);
    expect(workOf("train", { datasets, params: { maxEpochs: 50 } })).toBe(100);
  });

  it("takes for a training without maxEpochs the epochs that its learning rate decays in", () => {
    const params = { c_learning_rate_init: 0.1, c_learning_rate_stop: 0.001, c_learning_rate_decay_factor: 0.5 };
    // 0.1 × 0.5⁷ is the first below 0.001; each decay looks at 6 epochs by default.
    expect(workOf("train", { datasets: ["a"], params })).toBe(42);
    expect(workOf("train", { datasets: ["a"], params: { ...params, maxEpochs: 1000 } })).toBe(42);
  });
});
