import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "#lib/cli/run-cli.js";
import { collectingTerminal } from "./collecting-terminal.js";

const lfadsfile = `
import { datasetCollection, defineLfads, lorenz, runCollection, runParams, runSpec, sweep } from "lfads";
const datasets = datasetCollection("tiny", { path: "datasets", datasets: lorenz({ count: 2 }) });
const base = runParams({ spikeBinMs: 10, c_co_dim: 0, c_batch_size: 8 });
const own = runParams({ c_output_dist: "gaussian", custom: { lag: { class: "double", default: 1, affects: "model" } } });
export default defineLfads({
  collections: [
    runCollection("grid", {
      datasets,
      runSpecs: [runSpec.single("dataset001"), runSpec.all()],
      params: sweep(base, { c_gen_dim: [32, 64, 128] }),
    }),
    runCollection("own", { datasets, runSpecs: [runSpec.all()], params: sweep(own, { lag: [1, 2] }) }),
  ],
});
`;

/** By the place of the run in the lfadsfile: likelihood and whether the truth is known. */
const reached = [[0.3, 0.9], [0.2], undefined, [0.1, 0.7], [0.25, 0.8], undefined, [0.15], undefined] as const;

let dir: string;
/** Labels in the order of the lfadsfile: grid 32, 64, 128 by dataset001, all; own 1, 2. */
let runs: readonly string[];

async function lfads(...args: readonly string[]) {
  const terminal = collectingTerminal();
  const code = await runCli(["-C", dir, ...args], terminal);
  return { code, ...terminal.written };
}
/** The runs of the rows, by their place in the lfadsfile. */
async function found(...args: readonly string[]): Promise<number[]> {
  const { code, out, err } = await lfads("status", "--results", "--json", ...args);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return JSON.parse(out).map(({ label }: { label: string }) => runs.indexOf(label));
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "lfads-query-"));
  writeFileSync(join(dir, "lfadsfile.ts"), lfadsfile);
  const { collections } = JSON.parse((await lfads("status", "--json")).out);
  runs = collections.flatMap((each: { runs: { label: string }[] }) => each.runs.map(({ label }) => label));
  expect(runs).toHaveLength(reached.length);
  for (const [i, label] of runs.entries()) {
    const [nll, r2] = reached[i] ?? [];
    if (nll === undefined) continue;
    const all = { nll, meanRateNll: 0.4, psthNll: null, bitsPerSpike: 1 - nll, coSmoothing: null, psthR2: null };
    const truth = r2 === undefined ? null : { pooled: r2, medianOverChannels: r2 - 0.01 };
    const results = { epochs: 100 + i, lveEpoch: 90 + i, trainCost: 5, validCost: 6 - i, svNll: null };
    const file = join(dir, "runs", label, "results.json");
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ ...results, all: { ...all, r2: truth }, datasets: [] }));
  }
});
afterAll(() => rmSync(dir, { recursive: true }));

describe("lfads status --results", () => {
  it.each<[where: string, which: readonly number[]]>([
    ["c_gen_dim=64", [3]],
    ["c_gen_dim == 64", [3]],
    ["c_gen_dim!=32", [3, 4, 6]],
    ["c_gen_dim<100", [0, 1, 3]],
    ["c_gen_dim <= 100", [0, 1, 3, 6]],
    ["c_gen_dim>=1e2", [4, 6]],
    ["valid_nll<0.2", [3, 6]],
    ["valid NLL<=0.2", [1, 3, 6]],
    ["all.nll<0.2", [3, 6]],
    ["validCost>4", [0, 1]],
    ["R²>0.75", [0, 4]],
    ["r2_median_over_channels>0.75", [0, 4]],
    ["spec=all", [1, 3, 6]],
    ["collection!=own", [0, 1, 3, 4]],
    ["c_output_dist='gaussian'", [6]],
    ["useAlignmentMatrix=false", [0, 1, 3, 4, 6]],
    ["lag=1", [6]],
    ["lag!=1", []],
    ["c_debug_reduce_timesteps_to=[]", [0, 1, 3, 4, 6]],
    ["initFrom=", [0, 1, 3, 4, 6]],
    ["status=missing", [0, 1, 3, 4, 6]],
    ["sv_nll<1", []],
  ])("takes the runs of which %s holds; a run without the value is left out", async (where, which) => {
    expect(await found("--where", where)).toEqual(which);
  });

  it("takes those of which all hold, among those that the labels mean", async () => {
    expect(await found("--where", "c_gen_dim>32", "--where", "spec=all")).toEqual([3, 6]);
    expect(await found("grid", "--where", "c_gen_dim>32", "--where", "spec=all")).toEqual([3]);
  });

  it("sorts by a parameter or a result, either way, those without a value last", async () => {
    expect(await found("--sort", "valid_nll")).toEqual([3, 6, 1, 4, 0]);
    expect(await found("--sort", "-valid_nll")).toEqual([0, 4, 1, 6, 3]);
    expect(await found("--sort", "r2_pooled")).toEqual([3, 4, 0, 1, 6]);
    expect(await found("--sort=-r2_pooled")).toEqual([0, 4, 3, 1, 6]);
    expect(await found("--sort", "spec", "--sort", "-c_gen_dim")).toEqual([6, 3, 1, 4, 0]);
    expect(await found("--sort", "c_output_dist", "--sort", "-epochs")).toEqual([6, 4, 3, 1, 0]);
  });

  it("prints what it took as a table and as CSV, which has the parameters that differ", async () => {
    const query = ["--where", "c_gen_dim<=100", "--sort", "valid_nll"];
    const table = (await lfads("status", "--results", ...query)).out.trimEnd().split("\n");
    expect(table.map((line) => line.split(/ {2,}/)[0])).toEqual(["run", runs[3], runs[6], runs[1], runs[0]]);
    const csv = (await lfads("status", "--results", "--csv", ...query)).out.trimEnd().split("\n");
    const [titles, ...rows] = csv.map((line) => line.split(","));
    expect(titles!.slice(0, 4)).toEqual(["label", "setting", "epochs", "lve_epoch"]);
    const differing = ["spikeBinMs", "c_batch_size", "c_co_dim", "c_gen_dim", "c_output_dist"];
    expect(titles!.slice(-differing.length)).toEqual(differing);
    expect(rows.map((row) => row.slice(-differing.length))).toEqual([
      ["10", "8", "0", "64", "poisson"],
      ["2", "256", "4", "100", "gaussian"],
      ["10", "8", "0", "32", "poisson"],
      ["10", "8", "0", "32", "poisson"],
    ]);
  });

  it("says so where there is no such run", async () => {
    const nothing = ["--where", "c_gen_dim>1000", "--where", "spec=all"];
    const text = "There is no run with c_gen_dim>1000 and spec=all.\n";
    expect(await lfads("status", "--results", ...nothing)).toEqual({ code: 0, out: text, err: "" });
    expect(await lfads("status", ...nothing)).toEqual({ code: 0, out: text, err: "" });
    expect(await lfads("status", "--results", "--json", ...nothing)).toEqual({ code: 0, out: "[]\n", err: "" });
  });
});

describe("lfads status", () => {
  const rows = (out: string) => out.split("\n").filter((line) => line.startsWith("  param_"));

  it("shows the runs that it was asked for and their targets only", async () => {
    const { out } = await lfads("status", "--where", "c_gen_dim=64", "--where", "spec=all");
    expect(rows(out)).toHaveLength(1);
    const { collections, targets } = JSON.parse(
      (await lfads("status", "--json", "--where", "c_gen_dim=64", "--where", "spec=all")).out,
    );
    expect(
      collections.map((each: { name: string; runs: { label: string }[] }) => [
        each.name,
        each.runs.map(({ label }) => label),
      ]),
    ).toEqual([["grid", [runs[3]]]]);
    const places = new Set(Object.keys(targets).map((label) => label.slice(0, label.lastIndexOf(":"))));
    const data = [...places].find((place) => /^grid\/data_[\w-]+\/all\/dataset001$/.test(place))!;
    expect([...places].sort()).toEqual(
      [data, data.replace(/1$/, "2"), runs[3], "tiny/dataset001", "tiny/dataset002"].sort(),
    );
  });

  it("sorts the settings of each collection", async () => {
    const { out } = await lfads("status", "--sort", "-c_gen_dim", "--sort", "-lag");
    const params = [4, 2, 0, 7, 6].map((i) => runs[i]!.split("/")[1]);
    expect(rows(out).map((line) => line.trim().split(" ")[0])).toEqual(params);
    const csv = (await lfads("status", "--csv", "--sort", "-c_gen_dim", "--where", "collection=grid")).out;
    expect([
      ...new Set(
        csv
          .trimEnd()
          .split("\n")
          .slice(1)
          .map((line) => line.split(",")[1]),
      ),
    ]).toEqual(params.slice(0, 3));
  });
});

it("every mistake in --where and --sort is told at once, each with what was meant", async () => {
  const args = [
    "--where",
    "c_gen_dims>64",
    "--where",
    "c_gen_dim",
    "--where",
    "tralala=3",
    "--sort",
    "-valid_nl",
    "--sort",
    "",
  ];
  expect(await lfads("status", ...args)).toEqual({
    code: 2,
    out: "",
    err: [
      'error: --where: there is no parameter or result "c_gen_dims".',
      "  Did you mean c_gen_dim?",
      'error: --where takes a comparison as c_gen_dim>64, not "c_gen_dim".',
      "  Quote it, as --where 'c_gen_dim>64': to a shell > and < mean files.",
      'error: --where: there is no parameter or result "tralala".',
      "  Beside parameters there are collection, params, spec, status, epochs, lve_epoch, train_cost, valid_cost, sv_nll, valid_nll, mean_rate_nll, psth_nll, bits_per_spike, co_smoothing_bits_per_spike, r2_pooled, r2_median_over_channels, psth_r2 and train_seconds.",
      'error: --sort: there is no parameter or result "valid_nl".',
      "  Did you mean valid_nll?",
      'error: --sort: there is no parameter or result "".',
      "  Beside parameters there are collection, params, spec, status, epochs, lve_epoch, train_cost, valid_cost, sv_nll, valid_nll, mean_rate_nll, psth_nll, bits_per_spike, co_smoothing_bits_per_spike, r2_pooled, r2_median_over_channels, psth_r2 and train_seconds.",
      "",
    ].join("\n"),
  });
});

it("what cannot be compared so is told", async () => {
  const args = [
    "c_gen_dim=many",
    "c_gen_dim>",
    "spec<all",
    "useAlignmentMatrix>true",
    "useAlignmentMatrix=yes",
    "status=fail",
    "c_output_dist=cauchy",
    "sv_nll=low",
  ];
  const { code, err } = await lfads("status", ...args.flatMap((text) => ["--where", text]));
  expect(code).toBe(2);
  expect(err.trimEnd().split("\n")).toEqual([
    'error: --where: c_gen_dim is a number, but is compared with "many".',
    'error: --where: c_gen_dim is a number, but is compared with "".',
    "error: --where: spec is text, which can be compared with = and != only.",
    "error: --where: useAlignmentMatrix is true or false, which can be compared with = and != only.",
    'error: --where: useAlignmentMatrix is true or false, but is compared with "yes".',
    'error: --where: status is never "fail": did you mean failed?',
    'error: --where: c_output_dist is never "cauchy".',
    'error: --where: sv_nll is a number, but is compared with "low".',
  ]);
});

describe("a build of some runs", () => {
  it("plans what belongs to them and what that needs, and no summary", async () => {
    const { code, out } = await lfads("build", "--dry-run", "--json", "--where", "c_gen_dim=64", "--where", "spec=all");
    expect(code).toBe(0);
    const labels: string[] = JSON.parse(out).targets.map(({ label }: { label: string }) => label);
    expect(labels.filter((label) => label.endsWith(":train"))).toEqual([`${runs[3]}:train`]);
    expect(labels).toContain("tiny/dataset002:generate");
    expect(labels.filter((label) => /:summary$|^own/.test(label))).toEqual([]);
  });

  it("takes of a rule what the runs have", async () => {
    const { out } = await lfads("build", "--dry-run", "--json", ":train", "--where", "valid_nll<0.2");
    const labels: string[] = JSON.parse(out).targets.map(({ label }: { label: string }) => label);
    expect(labels.filter((label) => !/:(train|export|dataset|generate)$/.test(label))).toEqual([]);
    expect(labels.filter((label) => label.endsWith(":train"))).toEqual([`${runs[3]}:train`, `${runs[6]}:train`]);
  });

  it.each([["build"], ["build", "--dry-run"], ["evaluate"], ["export"], ["watch"], ["why"]])(
    "%s %s with no such run is refused, and nothing runs",
    async (...args) => {
      expect(await lfads(...args, "--where", "c_gen_dim>1000")).toEqual({
        code: 2,
        out: "",
        err: "error: There is no run with c_gen_dim>1000.\n  lfads status lists the runs; lfads status --results --csv also their parameters and results.\n",
      });
    },
  );

  it("why tells of them alone", async () => {
    const { code, out } = await lfads("why", ":train", "--json", "--where", "c_gen_dim=64", "--where", "spec=all");
    expect(code).toBe(0);
    const { causes, fresh } = JSON.parse(out);
    const stale = causes.flatMap(({ targets }: { targets: { label: string }[] }) => targets.map(({ label }) => label));
    expect({ stale: [...new Set(stale)], fresh }).toEqual({ stale: [`${runs[3]}:train`], fresh: [] });
  });

  it("export takes the runs of which it holds", async () => {
    const { code, err } = await lfads("export", "--where", "c_gen_dim=64", "--where", "spec=all");
    expect({ code, err }).toEqual({
      code: 1,
      err: `error: ${runs[3]} was never built here.\n  lfads build ${runs[3]} builds it.\n`,
    });
  });
});
