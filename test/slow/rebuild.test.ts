import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { BuildEvent } from "#lib/build/index.js";
import { lfads, tinyLfadsfile } from "../cli/run-lfads.js";

const template = mkdtempSync(join(tmpdir(), "lfads-built-"));
let dir: string;

/** Built once; every test gets a copy, with its time stamps. */
beforeAll(() => {
  writeFileSync(join(template, "lfadsfile.ts"), tinyLfadsfile());
  const { code, err } = lfads(template, "build");
  if (code !== 0) throw new Error(err);
});
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "lfads-rebuild-"));
  rmSync(dir, { recursive: true });
  cpSync(template, dir, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  return () => rmSync(dir, { recursive: true, force: true });
});
afterAll(() => rmSync(template, { recursive: true, force: true }));

/** Builds, and tells which targets ran and which were restored, as `<place's first part>…:<rule>`. */
function build(...args: readonly string[]) {
  const { code, out, err } = lfads(dir, "build", "--json", ...args);
  const events = out
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as BuildEvent | { type: "results" });
  const labels = (how: string) =>
    events.flatMap((event) => (event.type === "finished" && event.how === how ? [event.label] : []));
  return { code, err, ran: labels("ran"), restored: labels("restored") };
}

function edit(change: (text: string) => string): void {
  const file = join(dir, "lfadsfile.ts");
  writeFileSync(file, change(readFileSync(file, "utf8")));
}

const rulesOf = (labels: readonly string[]) => [...new Set(labels.map((label) => label.split(":")[1]))].sort();
const runRules = [
  "evaluate",
  "model-params",
  "posterior_push_mean",
  "posterior_sample_and_average",
  "results",
  "train",
];
const none = { code: 0, err: "", ran: [], restored: [] };

describe("a second build", () => {
  it("has nothing to do in the same place, and says so", () => {
    const { code, out, err } = lfads(template, "build");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^All \d+ targets are fresh\.\n$/);
    expect(build()).toEqual(none);
  });

  it("after a changed c_keep_prob trains and samples again, and exports nothing", () => {
    edit((text) => text.replace("c_gen_dim: 8,", "c_gen_dim: 8, c_keep_prob: 0.9,"));
    const { code, ran, restored } = build();
    expect(code).toBe(0);
    expect(rulesOf(ran)).toEqual([...runRules, "scripts", "summary"].sort());
    expect(restored).toEqual([]);
  });

  it("after a recording was touched runs nothing", () => {
    const file = join(dir, "datasets/dataset001.h5");
    utimesSync(file, new Date(), new Date());
    expect(build()).toEqual(none);
  });

  it("restores a deleted run without training", () => {
    const [param] = readdirSync(join(dir, "runs/stitched")).filter((name) => name.startsWith("param_"));
    const folder = join(dir, "runs/stitched", param!, "all");
    const before = readFileSync(join(folder, "results.json"));
    rmSync(folder, { recursive: true });
    const { code, ran, restored } = build();
    expect({ code, ran }).toEqual({ code: 0, ran: [] });
    expect(rulesOf(restored)).toEqual([...runRules, "scripts"].sort());
    expect(readFileSync(join(folder, "results.json"))).toEqual(before);
    expect(existsSync(join(folder, "lfadsInput/lfads_dataset001.h5"))).toBe(true);
  });

  it("trains nothing for the same run in a second collection", () => {
    edit((text) =>
      text.replace(
        'runCollection("stitched"',
        'runCollection("again", { datasets, runSpecs: [runSpec.all()], params: [base] }),\n    runCollection("stitched"',
      ),
    );
    const { code, ran, restored } = build();
    expect({ code, ran }).toEqual({ code: 0, ran: ["again:summary"] });
    expect(rulesOf(restored)).toEqual(["export", ...runRules, "scripts"].sort());
  });

  it("tells before it runs what would run, and why with old and new value", () => {
    edit((text) => text.replace("c_gen_dim: 8,", "c_gen_dim: 8, c_l2_gen_scale: 7,"));
    const { out } = lfads(dir, "build", "--dry-run", "--jobs", "1");
    expect(out).toMatch(
      /^run +single\/param_[\w-]{6}\/single_dataset001:train +\d+\.\d+ s +\d+ MB {2}never built here; /m,
    );
    expect(out).toMatch(/\nAbout [\d.:]+( s)? with 1 job, if all that may run does\.\n$/);
    expect(lfads(dir, "why", "stitched:train").out).toMatch(
      /^c_l2_gen_scale: 500 \(default\) → 7\n {2}run {2}stitched\/(param_[\w-]{6})\/all:train {2}unlike stitched\/(?!\1)param_[\w-]{6}\/all:train\n$/,
    );
    expect(build("stitched:summary").ran).toEqual(["stitched:summary"]);
    expect(lfads(dir, "status", "stitched").out).toMatch(/missing/);
  });
});

describe("looking at what was built", () => {
  it("status shows every run fresh, as a table, as CSV and as JSON", () => {
    const { out } = lfads(dir, "status");
    expect(out).toMatch(/^single\n {2}params +setting +single_dataset001\n {2}param_[\w-]{6} +c_factors_dim 2 +✓\n/);
    expect(out).toMatch(/\d+ targets: \d+ fresh\.\n$/);
    const { collections } = JSON.parse(lfads(dir, "status", "--json").out);
    expect(collections.map((each: { name: string }) => each.name)).toEqual(["single", "stitched"]);
    const rows = lfads(dir, "status", "--csv").out.trimEnd().split("\n");
    expect(rows[0]).toBe("collection,params,setting,spec,rule,status");
    expect(rows.slice(1).every((row) => row.endsWith(",fresh"))).toBe(true);
    expect(lfads(dir, "status", "--results", "--csv").out.trimEnd().split("\n")).toHaveLength(4);
  });

  it("show tells how an output came about, logs what its rule said", () => {
    const report = JSON.parse(lfads(dir, "show", "stitched:train", "--json").out);
    expect(report.record.inputs.map((input: { name: string }) => input.name)).toEqual(["dataset001", "dataset002"]);
    expect(lfads(dir, "show", "stitched:train").out).toMatch(/^outputs\n {2}file +bytes +digest\n/m);
    expect(lfads(dir, "logs", "stitched:train").code).toBe(0);
    expect(lfads(dir, "logs", ":train").code).toBe(2);
  });

  it("diff compares two runs: 1 where they are not the same, with the largest differences of their numbers", () => {
    const [a, b] = readdirSync(join(dir, "runs/single")).filter((name) => name.startsWith("param_"));
    const { code, out } = lfads(dir, "diff", `single/${a}`, `single/${b}`);
    expect(code).toBe(1);
    expect(out).toMatch(
      /^A {2}single\/param_\S+\nB {2}single\/param_\S+\n\nparameters +A +B\n {2}c_factors_dim +[23] +[23]\n\n/,
    );
    expect(out).toMatch(/^ {2}output_dist_params +5×10×8 +400 of 400 +[\d.]+ +\[\d,\d,\d\] +[\d.]+ +\[\d,\d,\d\]$/m);
    const json = JSON.parse(lfads(dir, "diff", `single/${a}`, `single/${b}`, "--json").out);
    expect(json).toMatchObject({ same: false, inputs: { total: 3, differences: [] }, versions: [] });
  });

  it("diff ends with 0 for the same run of two collections, and with 2 when a run is not one or was never built", () => {
    edit((text) =>
      text.replace(
        'runCollection("stitched"',
        'runCollection("again", { datasets, runSpecs: [runSpec.all()], params: [base] }),\n    runCollection("stitched"',
      ),
    );
    expect(lfads(dir, "diff", "stitched", "again")).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringMatching(/^error: again\/param_\S+\/all was never built here\.\n {2}lfads build again\//),
    });
    expect(build("again").code).toBe(0);
    const { code, out, err } = lfads(dir, "diff", "stitched", "again");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^outputs: 22 of 22 files are the same, to the byte\n$/m);
    expect(lfads(dir, "diff", "single", "again")).toMatchObject({
      code: 2,
      err: expect.stringMatching(
        /^error: "single" names 2 runs, and each side of a comparison is one run, or one target\.\n {2}Say which:\n/,
      ),
    });
  });

  it("clean asks first, removes what was made, and leaves files of the user's", () => {
    writeFileSync(join(dir, "runs/stitched/notes.txt"), "mine");
    expect(lfads(dir, "clean", "stitched").code).toBe(2);
    expect(lfads(dir, "clean", "stitched", "--yes").code).toBe(0);
    expect(existsSync(join(dir, "runs/stitched/summary.txt"))).toBe(false);
    expect(readFileSync(join(dir, "runs/stitched/notes.txt"), "utf8")).toBe("mine");
    expect(existsSync(join(dir, "runs/single/summary.txt"))).toBe(true);
    const { code, ran } = build();
    expect({ code, ran }).toEqual({ code: 0, ran: [] });
  });
});

describe("what goes wrong", () => {
  it("a recording that is no HDF5 file fails its target alone with --keep-going, and the build with 1", () => {
    edit((text) =>
      text
        .replace("datasetCollection, ", "datasetCollection, h5, ")
        .replace(
          "export default",
          'const own = datasetCollection("own", { path: "own", datasets: h5("*.h5", { counts: "spikes", binMs: 1 }) });\nexport default',
        )
        .replace(
          'runCollection("stitched"',
          'runCollection("broken", { datasets: own, runSpecs: runSpec.eachDataset(), params: [base] }),\n    runCollection("stitched"',
        ),
    );
    cpSync(join(dir, "datasets"), join(dir, "own"), { recursive: true });
    rmSync(join(dir, "own/dataset002.h5"));
    writeFileSync(join(dir, "own/dataset001.h5"), "no HDF5");
    const { code, out, err } = lfads(dir, "build", "--keep-going");
    expect(code).toBe(1);
    expect(out).toMatch(/^Failed after /);
    expect(err).toMatch(/✗ failed {4}own\/dataset001:dataset/);
    expect(err).not.toMatch(/^ +at /m);
  });
});
