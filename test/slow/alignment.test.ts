// The alignment of the demo's recordings, and of those with conditions missing, is what NumPy computes.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { inFolder, lfads } from "../cli/run-lfads.js";

// A Python with numpy and h5py; .ci/run makes one.
const python = process.env.LFADS_TEST_PYTHON;

const TOLERANCE = 1e-6;

const lfadsfile = `
import { datasetCollection, defineLfads, h5, lorenz, runCollection, runParams, runSpec } from "lfads";
const demo = datasetCollection("demo", { path: "datasets", datasets: lorenz({ count: 3 }) });
const lacking = datasetCollection("lacking", {
  path: "lacking",
  datasets: h5("*.h5", { counts: "spikes", condition: "conditionId", time: "timeMs" }),
});
const base = {
  spikeBinMs: 10, c_co_dim: 0, c_factors_dim: 8, c_batch_size: 8,
  useAlignmentMatrix: true, useSingleDatasetAlignmentMatrix: true,
};
const ridge = { ...base, alignmentApproach: "ridgeRegressGlobalPCs" } as const;
const params = [runParams(base), runParams(ridge), runParams({ ...ridge, alignmentExtraArgs: ["ridgeNormalizeEach", true] })];
export default defineLfads({
  collections: [
    runCollection("demo", { datasets: demo, runSpecs: [runSpec.all()], params }),
    runCollection("one", { datasets: demo, runSpecs: [runSpec.single("dataset002")], params: [runParams(base)] }),
    runCollection("lacking", { datasets: lacking, runSpecs: [runSpec.all()], params }),
  ],
});
`;

interface Case {
  readonly sameRows: boolean;
  readonly fittedRows: number;
  readonly rows: number;
  readonly worst: Readonly<Record<string, number>>;
}

function oracle(args: readonly string[], input = ""): string {
  const { status, stdout, stderr } = spawnSync(python!, ["-B", "test/oracle/alignment.py", ...args], {
    input,
    encoding: "utf8",
  });
  expect(status, stderr).toBe(0);
  return stdout;
}

it.runIf(python)(`alignment matrices are what NumPy computes, within ${TOLERANCE}`, () => {
  inFolder(lfadsfile, (dir) => {
    mkdirSync(join(dir, "lacking"));
    const names = ["dataset001", "dataset002", "dataset003"];
    // A build of the demo's part needs the files of the other to be there.
    for (const name of names) cpSync(join(dir, "lfadsfile.ts"), join(dir, "lacking", `${name}.h5`));
    expect(lfads(dir, "build", ":generate").code).toBe(0);
    for (const name of names) cpSync(join(dir, "datasets", `${name}.h5`), join(dir, "lacking", `${name}.h5`));
    oracle(["lack", join(dir, "lacking/dataset001.h5"), "1", "2", "40"]);
    oracle(["lack", join(dir, "lacking/dataset003.h5"), "64", "65"]);
    const built = lfads(dir, "build", ":align");
    expect(built.code, built.err).toBe(0);

    const cases = ["demo", "one", "lacking"].flatMap((collection) =>
      readdirSync(join(dir, "runs", collection)).map((setting) => {
        const [spec] = readdirSync(join(dir, "runs", collection, setting)) as [string];
        const shown = JSON.parse(lfads(dir, "show", `${collection}/${setting}/${spec}:align`, "--json").out);
        const { datasets, factors, regression, normalizeEach } = shown.record.params;
        const folder = join(dir, collection === "lacking" ? "lacking" : "datasets");
        return {
          file: join(dir, "runs", collection, setting, spec, "alignment.h5"),
          recordings: Object.fromEntries(datasets.map((name: string) => [name, join(folder, `${name}.h5`)])),
          rebin: 10,
          factors,
          ridge: regression === "ridge" ? { normalizeEach } : null,
        };
      }),
    );
    expect(cases.map(({ ridge }) => JSON.stringify(ridge)).sort()).toEqual([
      ...["null", "null", "null"],
      ...['{"normalizeEach":false}', '{"normalizeEach":false}', '{"normalizeEach":true}', '{"normalizeEach":true}'],
    ]);
    const compared = JSON.parse(oracle(["compare"], JSON.stringify(cases))) as Case[];
    for (const [i, { sameRows, fittedRows, rows, worst }] of compared.entries()) {
      const bins = 50;
      const lacks = cases[i]!.file.includes("/lacking/");
      expect({ sameRows, fittedRows, rows }).toEqual({
        sameRows: true,
        fittedRows: (lacks ? 60 : 65) * bins,
        rows: 65 * bins,
      });
      expect(Object.keys(worst).sort()).toEqual(["angle", "bias", "lambda", "matrix", "pcs", "reconstruction"]);
      for (const [what, error] of Object.entries(worst)) {
        expect(error, `${what} of ${cases[i]!.file}`).toBeLessThan(TOLERANCE);
      }
    }
    const log = readdirSync(join(dir, ".lfads/logs")).find((name) => /^lacking.*@align\.log$/.test(name))!;
    expect(readFileSync(join(dir, ".lfads/logs", log), "utf8")).toContain("60 of 65 conditions are in every dataset.");
  });
});
