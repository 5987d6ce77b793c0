import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { decodeValues } from "#lib/report/decode-values.js";
import type { ReportData, Values } from "#lib/report/report-data.js";
import { exampleBlocks } from "../docs/example-blocks.js";
import { lfads, tinyLfadsfile } from "./run-lfads.js";

/** Stitched runs are aligned, and have inferred inputs. */
const lfadsfile = tinyLfadsfile().replace(
  "params: [base] }",
  "params: [runParams(base, { c_co_dim: 2, c_con_dim: 4, c_ci_enc_dim: 4, useAlignmentMatrix: true })] }",
);
const single = "runs/single/report.html";
const stitched = "runs/stitched/report.html";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "lfads-report-"));
  writeFileSync(join(dir, "lfadsfile.ts"), lfadsfile);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const read = (file: string) => readFileSync(join(dir, file), "utf8");
const dataOf = (file: string): ReportData => JSON.parse(/id="lfads-report">(.*?)<\/script>/s.exec(read(file))![1]!);
const numbers = (values: Values | undefined) => [...decodeValues(values!)];

/** Targets of a plain build. */
let total = 0;

test("a plain build makes no report and asks for none; an audit looks for nothing of it", () => {
  const built = lfads(dir, "build");
  expect([built.code, existsSync(join(dir, single))]).toEqual([0, false]);
  total = Number(/: (\d+) ran/.exec(built.out)![1]);
  expect(lfads(dir, "build").out).toBe(`All ${total} targets are fresh.\n`);
  expect(lfads(dir, "status").out).toContain(`${total} targets: ${total} fresh.\n`);
  expect(lfads(dir, "graph").out).not.toContain(":report");
  writeFileSync(join(dir, "runs/single/stray.txt"), "not recorded");
  const audited = lfads(dir, "audit");
  expect([audited.code, audited.out]).toEqual([0, expect.stringMatching(new RegExp(`^All ${total} targets hold`))]);
  expect(audited.out).toContain("runs/single/stray.txt");
  rmSync(join(dir, "runs/single/stray.txt"));
});

test("lfads report makes the reports once, and then they are there like any other target", () => {
  const first = lfads(dir, "report");
  expect([first.code, first.out]).toEqual([0, `${single}\n${stitched}\n`]);
  expect(first.err).toMatch(/ran +single:report[\s\S]*Built in .*: 2 ran, \d+ fresh\.\n$/);
  const made = read(single);
  const again = lfads(dir, "report");
  expect([again.code, again.out, again.err]).toEqual([0, `${single}\n${stitched}\n`, ""]);
  expect(read(single)).toBe(made);

  expect(lfads(dir, "status").out).toContain(`${total + 2} targets: ${total + 2} fresh.\n`);
  expect(lfads(dir, "graph", "single").out).toContain("single:report");
  expect(lfads(dir, "build").out).toBe(`All ${total} targets are fresh.\n`);
});

test("the page's data is what the files of the runs have", async () => {
  const { runs, varying, ...facts } = dataOf(single);
  expect([facts, varying]).toEqual([
    expect.objectContaining({ version: 1, collection: "single", folder: "runs/single", imported: false }),
    ["c_factors_dim"],
  ]);
  expect(runs.map(({ params, spec }) => [params, spec])).toEqual([
    [{ c_factors_dim: 2 }, "single_dataset001"],
    [{ c_factors_dim: 3 }, "single_dataset001"],
  ]);
  for (const { folder, results, cost, detail, files } of runs) {
    const { epochs, validCost, all } = JSON.parse(read(`${folder}/results.json`));
    expect(results).toMatchObject({ epochs, validCost, nll: all.nll, "r2.pooled": all.r2.pooled });
    expect([cost!.epochs, numbers(cost!.validTotal).at(-1)!.toFixed(2)]).toEqual([2, validCost.toFixed(2)]);
    expect(numbers(cost!.learningRate).every((rate) => rate > 0)).toBe(true);
    expect(files.map(({ path }) => existsSync(join(dir, path)))).toEqual(files.map(() => true));
    const [{ trials, rates, readout, channels }] = detail!.datasets as [NonNullable<typeof detail>["datasets"][0]];
    const posterior = join(dir, folder, "lfadsOutput/model_runs_dataset001.h5_valid_posterior_sample_and_average");
    const h5 = await openHdf5(posterior);
    const ofValid = trials.flatMap(({ side }, i) => (side === "valid" ? [i] : []));
    const size = rates.shape[1]! * rates.shape[2]!;
    const drawn = ofValid.flatMap((i) => numbers(rates).slice(i * size, (i + 1) * size));
    expect(drawn).toEqual(Array.from(h5.readFloat64("output_dist_params"), (rate) => Math.fround(rate / 0.01)));
    h5.close();
    const params = await openHdf5(join(dir, folder, "lfadsOutput/model_params"));
    const [weights] = params.paths().filter((path) => path.includes("fac_2_logrates") && path.endsWith("W:0"));
    expect(numbers(readout!.weights)).toEqual([...params.readFloat64(weights!)]);
    expect(numbers(readout!.channels)).toEqual(numbers(channels));
    params.close();
  }
});

test("a stitched run has its inferred inputs, their prior, and how datasets give the PCs of all", async () => {
  const { detail, datasets, folder, dataName } = dataOf(stitched).runs[0]!;
  expect(detail!.datasets.map(({ name }) => name)).toEqual(datasets);
  for (const { name, inputs, averages } of detail!.datasets) {
    const file = `${folder}/lfadsOutput/model_runs_${name}.h5_train_posterior_sample_and_average`;
    const h5 = await openHdf5(join(dir, file));
    expect(inputs!.shape.slice(1)).toEqual(h5.shape("controller_outputs").slice(1));
    h5.close();
    expect(averages!.inputs!.shape).toEqual([4, 10, 2]);
  }
  expect([detail!.prior!.tauMs.shape, detail!.conditions]).toEqual([[2], ["1", "2", "3", "4"]]);
  const { alignment } = detail!;
  const h5 = await openHdf5(join(dir, `runs/stitched/${dataName}/all/alignment.h5`));
  const float32 = (path: string) => Array.from(h5.readFloat64(path), Math.fround);
  expect(numbers(alignment!.globalPcs)).toEqual(float32("global_pcs"));
  expect(numbers(alignment!.explained)).toEqual(float32("explained_variance"));
  expect(
    alignment!.datasets.map(({ name, r2, reconstruction }) => [name, numbers(r2), numbers(reconstruction)]),
  ).toEqual(datasets.map((name) => [name, float32(`datasets/${name}/r2`), float32(`datasets/${name}/reconstruction`)]));
  h5.close();
});

test("a changed parameter makes the report stale, that of another collection not; it comes again with what it needs", () => {
  writeFileSync(join(dir, "lfadsfile.ts"), lfadsfile.replace("[2, 3]", "[2, 4]"));
  const why = lfads(dir, "why", ":report");
  expect(why.out).toContain("single:report");
  expect(why.out).toMatch(/stitched:report is fresh since/);
  const { code, out } = lfads(dir, "report", "single", "--json");
  const file = join(dir, single);
  expect([code, JSON.parse(out)]).toEqual([
    0,
    { reports: [{ collection: "single", file, bytes: readFileSync(file).length }] },
  ]);
  expect(dataOf(single).runs.map(({ params }) => params)).toEqual([{ c_factors_dim: 2 }, { c_factors_dim: 4 }]);

  writeFileSync(join(dir, "lfadsfile.ts"), lfadsfile);
  rmSync(join(dir, single));
  expect(lfads(dir, "report", "single").err).toContain("restored  single:report");
});

test("--where makes pages of some of the runs that list the others; status=fresh waits for nothing, and trains nothing", () => {
  writeFileSync(join(dir, "lfadsfile.ts"), lfadsfile.replace("[2, 3]", "[2, 3, 5]"));
  const some = lfads(dir, "report", "--where", "status=fresh");
  expect([some.code, some.out]).toEqual([0, `${single}\n${stitched}\n`]);
  expect(some.err).toContain("single:report");
  expect(some.err).not.toMatch(/:train|stitched:report/);
  expect(lfads(dir, "report", "--where", "status=fresh")).toMatchObject({ code: 0, err: "" });
  const { where, runs, others } = dataOf(single);
  expect([where, runs.map(({ params }) => params)]).toEqual([
    ["status=fresh"],
    [{ c_factors_dim: 2 }, { c_factors_dim: 3 }],
  ]);
  expect(others).toEqual([
    {
      ...{ label: expect.stringMatching(/^single\/param_.{6}\/single_dataset001$/), spec: "single_dataset001" },
      ...{ name: "tiny", paramName: expect.stringMatching(/^param_/), params: { c_factors_dim: 5 } },
    },
  ]);
  expect(dataOf(stitched)).toMatchObject({ where: [], others: [] });

  writeFileSync(join(dir, "lfadsfile.ts"), lfadsfile);
  expect(lfads(dir, "status").out).toContain("1 restorable");
  expect(lfads(dir, "report", "single").err).toContain("restored  single:report");
  expect(dataOf(single)).toMatchObject({ where: [], others: [] });
});

test("it can be named like any target, removed, and audited by making it again", () => {
  expect(lfads(dir, "build", "single:report").out).toBe("All 16 targets are fresh.\n");
  const audited = lfads(dir, "audit", "single:report", "--rebuild", "single:report");
  expect([audited.code, audited.out]).toEqual([
    0,
    expect.stringContaining("Made again: 1 target, 1 file, all identical"),
  ]);
  lfads(dir, "clean", ":report", "--yes");
  expect([existsSync(join(dir, single)), existsSync(join(dir, "runs/single/summary.txt"))]).toEqual([false, true]);
});

test("every command of the page about reports does what it says", () => {
  const names = { exampleSingleSession: "single", exampleStitching: "stitched" };
  const lines = exampleBlocks("report.md", "sh").flatMap((block) => block.trimEnd().split("\n"));
  const done = lines.map((line) => {
    const own = Object.entries(names).reduce((text, [name, ours]) => text.replace(name, ours), line);
    return [line, lfads(dir, ...own.split(" ").slice(1)).code];
  });
  expect(done).toEqual([
    ["lfads report", 0],
    ["lfads report exampleStitching --open", 0],
    ["lfads report exampleSingleSession --where status=fresh", 0],
    ["lfads build exampleStitching:report", 0],
    ["lfads build :report", 0],
  ]);
  expect([existsSync(join(dir, single)), existsSync(join(dir, stitched))]).toEqual([true, true]);
});

test("wrong names are told, and without a display where the page is", () => {
  const wrong = lfads(dir, "report", "singel");
  expect([wrong.code, wrong.out]).toEqual([2, ""]);
  expect(wrong.err).toBe('error: No target matches "singel".\n  Did you mean "single"?\n');
  const opened = lfads(dir, "report", "single", "--open");
  expect([opened.code, opened.out]).toEqual([0, `${single}\n`]);
  expect(opened.err).toContain(`${single} was not opened: there is no display here.`);
  expect(lfads(dir, "report", "stitched", "--where", "c_factors_dim=3")).toMatchObject({
    code: 2,
    out: "",
    err: "error: There is no run with c_factors_dim=3 in stitched.\n  lfads status lists the collections and their runs.\n",
  });
});

test("with a run that fails there is no report of its collection; the others are made", () => {
  writeFileSync(join(dir, "lfadsfile.ts"), tinyLfadsfile("c_learning_rate_init: 1e30, c_max_grad_norm: 1e30"));
  const { code, out, err } = lfads(dir, "report", "single", "--keep-going");
  expect([code, out]).toEqual([1, ""]);
  expect(err).toMatch(/2 failed, \d+ skipped/);
  expect(err.endsWith("lfads report --where status=fresh makes pages of the runs that are done.\n")).toBe(true);
});
