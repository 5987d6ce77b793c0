import { describe, expect, it } from "vitest";
import type { ActionRecord, RecordedInput } from "#lib/build/index.js";
import type { ResultRow } from "#lib/cli/collect-results.js";
import { compareOutputs } from "#lib/cli/diff/compare-outputs.js";
import { compareResults } from "#lib/cli/diff/compare-results.js";
import { compareInputs, compareParams, compareVersions } from "#lib/cli/diff/compare-sides.js";
import type { ComparedSide, ComparedTarget } from "#lib/cli/diff/compared-side.js";
import { formatComparison } from "#lib/cli/diff/format-comparison.js";
import { pairOutputs } from "#lib/cli/diff/pair-outputs.js";
import type { RunParams } from "#lib/config/project.js";
import { type Hdf5Writer, writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { inFolder } from "./run-lfads.js";

const plain = (_: unknown, text: string) => text;

function record(rule: string, change: Partial<ActionRecord> = {}): ActionRecord {
  const provenance = {
    ...{ label: "c/p/s:train", startedAt: "2026-11-21T14:00:00Z", seconds: 60, threads: 2, host: "wolf" },
    ...{
      platform: "linux-x64",
      node: "v20.20.2",
      versions: { lfads: "0.1.0" },
      git: { commit: "a".repeat(40), dirty: false },
    },
  };
  return { format: 1, key: "k", rule, ruleVersion: "1", params: {}, inputs: [], outputs: [], provenance, ...change };
}

function side(
  label: string,
  records: Readonly<Record<string, ActionRecord>>,
  dir = "/gone",
  fresh = true,
): ComparedSide {
  const targets = new Map<string, ComparedTarget>();
  for (const [name, each] of Object.entries(records)) {
    const of = { label: name === "" ? label : `${label}:${name}`, rule: each.rule, record: each, fresh };
    targets.set(name, { ...of, fileOf: (path) => `${dir}/${path}` });
  }
  return { label, params: undefined, targets };
}

const input = (name: string, file: string, digest: string, from: string): RecordedInput => ({
  name,
  file,
  digest,
  from,
});
const output = (path: string, digest: string) => ({ path, digest, size: 1, mode: 0o644 });

describe("what two runs were made from", () => {
  it("is all run parameters that differ, defaults included", () => {
    const params = (values: RunParams["values"]) => ({ values }) as RunParams;
    const left = { ...side("a", {}), params: params({ c_keep_prob: 0.95, c_gen_dim: 64, device: "x" }) };
    const right = { ...side("b", {}), params: params({ c_keep_prob: 0.9, c_gen_dim: 64 }) };
    expect(compareParams(left, right)).toEqual([
      { name: "c_keep_prob", left: "0.95", right: "0.9" },
      { name: "device", left: '"x"', right: null },
    ]);
  });

  it("is of two targets the parameters that reach their results", () => {
    const left = side("a:train", { "": record("train", { params: { params: { c_gen_dim: 64 }, datasets: ["a"] } }) });
    const right = side("b:train", { "": record("train", { params: { params: {}, datasets: ["a", "b"] } }) });
    expect(compareParams(left, right)).toEqual([
      { name: "datasets", left: '["a"]', right: '["a","b"]' },
      { name: "c_gen_dim", left: "64", right: null },
    ]);
  });

  it("is the files that come from outside a run, by content and not by who made them", () => {
    const run = (label: string, counts: string) =>
      side(label, {
        "export s1": record("export", { inputs: [input("file", "s1.h5", "same", "data/s1.h5")] }),
        train: record("train", {
          inputs: [input("s1", "lfads_s1.h5", counts, `${label}/s1:export`)],
          outputs: [output("lve.ckpt", `trained on ${counts}`)],
        }),
        // Restored from another collection.
        posterior: record("posterior", { inputs: [input("lve", "lve.ckpt", `trained on ${counts}`, "z:train")] }),
      });
    expect(compareInputs(run("a", "0123456789abcdef"), run("b", "fedcba9876543210"))).toEqual({
      total: 2,
      differences: [{ name: "s1 lfads_s1.h5", left: "0123456789ab a/s1:export", right: "fedcba987654 b/s1:export" }],
    });
    expect(compareInputs(run("a", "x"), run("b", "x"))).toEqual({ total: 2, differences: [] });
  });

  it("is the versions and places that differ", () => {
    const other = record("train", { ruleVersion: "2" });
    const provenance = { ...other.provenance, node: "v24.1.0", host: "fox", git: null };
    const left = side("a", { train: record("train") });
    const right = side("b", { train: { ...other, provenance } });
    expect(compareVersions(left, right)).toEqual([
      { name: "node", left: "v20.20.2", right: "v24.1.0" },
      { name: "host", left: "wolf", right: "fox" },
      { name: "git", left: "aaaaaaaaaaaa", right: "none" },
      { name: "rule train", left: "1", right: "2" },
    ]);
    expect(compareVersions(left, left)).toEqual([]);
  });
});

const row = (epochs: number, nll: number, r2: number | null): ResultRow => {
  const all = { nll, meanRateNll: 0.5, psthNll: null, r2: r2 === null ? null : { pooled: r2, medianOverChannels: r2 } };
  const results = { epochs, lveEpoch: epochs, trainCost: 80, validCost: 75.5, svNll: null, all, datasets: [] };
  return { label: "r", setting: "", results, trainSeconds: null };
};

describe("what two runs reached", () => {
  it("leaves out what neither has", () => {
    expect(compareResults(row(100, 0.25, 0.5), row(120, 0.125, null)).slice(3)).toEqual([
      { name: "valid cost", left: 75.5, right: 75.5 },
      { name: "valid NLL", left: 0.25, right: 0.125 },
      { name: "mean-rate NLL", left: 0.5, right: 0.5 },
      { name: "R²", left: 0.5, right: null },
      { name: "R² median", left: 0.5, right: null },
    ]);
    expect(compareResults(undefined, undefined)).toEqual([]);
  });
});

describe("the files that two runs made", () => {
  const write = (file: string, values: readonly number[], more?: (writer: Hdf5Writer) => void) =>
    writeHdf5(file, (writer) => {
      writer.dataset("factors", Float64Array.from(values), [values.length / 2, 2]);
      writer.dataset("steps", Int32Array.of(7));
      more?.(writer);
    });

  it("are compared by digest where both are up to date, and else as they are", async () => {
    await inFolder(undefined, async (dir) => {
      const outputs = (...digests: string[]) => record("train", { outputs: digests.map((d, i) => output(`f${i}`, d)) });
      const left = side("a", { train: outputs("x", "x") }, dir);
      expect(await compareOutputs(left, side("b", { train: outputs("x") }, dir))).toEqual([
        { paths: ["f0", "f0"], series: null, targets: ["a:train", "b:train"], state: "same", hdf5: null },
        { paths: ["f1", null], series: null, targets: ["a:train", null], state: "only-left", hdf5: null },
      ]);
      const stale = side("b", { train: outputs("x", "y") }, dir, false);
      expect((await compareOutputs(left, stale)).map(({ state }) => state)).toEqual(["missing", "missing"]);
    });
  });

  it("are told to a person with the largest differences of each dataset", async () => {
    await inFolder(undefined, async (dir) => {
      const outputs = (...digests: string[]) =>
        record("posterior", { outputs: [output("out/model_runs", digests[0]!), output("fitlog.csv", digests[1]!)] });
      await write(`${dir}/a`, [1, 2, 3, 4]);
      await write(`${dir}/b`, [1, 2, 3.5, Number.NaN], (writer) => writer.dataset("extra", Float64Array.of(1)));
      const at = (name: string, made: ActionRecord): ComparedSide => {
        const one = side(`c/${name}`, { posterior: made });
        const file = (path: string) => `${dir}/${path === "fitlog.csv" ? "a" : name}`;
        return {
          ...one,
          targets: new Map([...one.targets].map(([key, target]) => [key, { ...target, fileOf: file }])),
        };
      };
      const compared = await compareOutputs(at("a", outputs("1", "3")), at("b", outputs("2", "3")));
      const text = formatComparison(
        {
          ...{ left: "c/a", right: "c/b", same: false, versions: [] },
          parameters: [{ name: "c_keep_prob", left: "0.95", right: null }],
          inputs: { total: 2, differences: [] },
          results: compareResults(row(100, 0.25, null), row(120, 0.125, null)).slice(0, 1),
          outputs: compared,
        },
        16,
        plain,
      );
      expect(text).toBe(`A  c/a
B  c/b

parameters     A     B
  c_keep_prob  0.95  –

inputs: the same 2

versions: the same

results     A    B  B − A
  epochs  100  120    +20

outputs: 1 of 2 files are the same, to the byte

model_runs  shape                         differ  largest  at     relative  at
  factors   2×2            2 of 4 (1 not finite)      0.5  [1,0]     0.143  [1,0]
  extra     only B has it
  the same: 1 of 2 datasets
`);
    });
  });

  it("of checkpoints are the last beside the last, and so on back", () => {
    const left = ["out/checkpoint", "out/v.ckpt-5", "out/v.ckpt-110", "out/v.ckpt-120"];
    const right = ["out/checkpoint", "out/v.ckpt-80", "out/v.ckpt-95", "out/v_lve.ckpt-9"];
    expect(pairOutputs(left, right)).toEqual([
      { left: "out/checkpoint", right: "out/checkpoint", series: null },
      { left: "out/v.ckpt-5", right: null, series: "out/v.ckpt" },
      { left: "out/v.ckpt-110", right: "out/v.ckpt-80", series: "out/v.ckpt" },
      { left: "out/v.ckpt-120", right: "out/v.ckpt-95", series: "out/v.ckpt" },
      { left: null, right: "out/v_lve.ckpt-9", series: "out/v_lve.ckpt" },
    ]);
  });

  it("show of checkpoints the last, and name those before", async () => {
    await inFolder(undefined, async (dir) => {
      for (const [i, name] of ["v-5", "v-10", "v-4", "v-8"].entries()) await write(`${dir}/${name}`, [i, 1]);
      const run = (label: string, ...files: string[]) =>
        side(label, { train: record("train", { outputs: files.map((file) => output(file, file)) }) }, dir);
      const outputs = await compareOutputs(run("a", "v-5", "v-10"), run("b", "v-4", "v-8"));
      expect(outputs.map(({ state, hdf5 }) => [state, hdf5?.datasets.length])).toEqual([
        ["differs", 2],
        ["differs", 2],
      ]);
      const rest = { parameters: [], inputs: { total: 0, differences: [] }, versions: [], results: [] };
      const text = (most: number) =>
        formatComparison({ left: "a", right: "b", same: false, ...rest, outputs }, most, plain);
      expect(text(16).split("\n\n").slice(4)).toEqual([
        "outputs: 0 of 2 files are the same, to the byte\n" +
          "  not the same, and not shown without --verbose: v-5 → v-4",
        "v-10 → v-8  shape  differ  largest  at     relative  at\n" +
          "  factors   1×2    1 of 2        2  [0,0]     0.667  [0,0]\n" +
          "  the same: 1 of 2 datasets\n",
      ]);
      const blocks = text(Number.POSITIVE_INFINITY).split("\n\n").slice(4);
      expect(blocks.map((block) => block.split(/ {2}|\n/)[0])).toEqual([
        "outputs: 0 of 2 files are the same, to the byte",
        "v-5 → v-4",
        "v-10 → v-8",
      ]);
    });
  });

  it("of many datasets shows those that differ most", async () => {
    await inFolder(undefined, async (dir) => {
      const names = ["a", "b", "c"];
      const files = (scale: number) => (writer: Hdf5Writer) => {
        for (const [i, name] of names.entries()) writer.dataset(name, Float64Array.of(1 + scale * [0.1, 0.3, 0.2][i]!));
      };
      for (const scale of [0, 1]) await writeHdf5(`${dir}/${scale}`, files(scale));
      const of = (digest: string) => record("model-params", { outputs: [output("model_params", digest)] });
      const at = (file: string): ComparedSide => {
        const target = {
          label: file,
          rule: "model-params",
          record: of(file),
          fresh: true,
          fileOf: () => `${dir}/${file}`,
        };
        return { label: file, params: undefined, targets: new Map([["", target]]) };
      };
      const outputs = await compareOutputs(at("0"), at("1"));
      const rest = { parameters: [], inputs: { total: 0, differences: [] }, versions: [], results: [] };
      const text = formatComparison({ left: "0", right: "1", same: false, ...rest, outputs }, 1, plain);
      expect(text.split("\n\n").at(-1)).toBe(
        "model_params  shape  differ  largest  at   relative  at\n" +
          "  b           1      1 of 1      0.3  [0]     0.231  [0]\n" +
          "  and 2 more that differ less (--verbose shows all)\n",
      );
    });
  });
});
