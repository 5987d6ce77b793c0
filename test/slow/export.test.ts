import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXPORT_FORMATS } from "#lib/export/export-format.js";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { lfads, tinyLfadsfile } from "../cli/run-lfads.js";
import { exampleBlocks } from "../docs/example-blocks.js";

// A Python with h5py, NumPy, SciPy and pynwb, and Octave; .ci/run gets both. Elsewhere what needs them is left out.
const python = process.env.LFADS_TEST_PYTHON;
const hasOctave = spawnSync("octave-cli", ["--version"]).status === 0;

const dir = mkdtempSync(join(tmpdir(), "lfads-export-"));
/** A run of one dataset with c_factors_dim 2. */
let label: string;
afterAll(() => rmSync(dir, { recursive: true, force: true }));

beforeAll(() => {
  writeFileSync(join(dir, "lfadsfile.ts"), tinyLfadsfile());
  expect(lfads(dir, "build").code).toBe(0);
  const { files } = JSON.parse(lfads(dir, "export", "single", "--json", "--out", "exported/first").out);
  label = files[0].run;
}, 300_000);

/** Content of all files that are not exported. */
function project(): Record<string, string> {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    files
      .filter((file) => file.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .filter((path) => !path.includes("exported"))
      .map((path) => [path, readFileSync(path).toString("base64")]),
  );
}

function run(program: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: join(dir, "exported"), encoding: "utf8" });
  return { status, stdout, stderr };
}

describe("lfads export", () => {
  it("writes a file for each dataset of each run, and nothing into the project", () => {
    const before = project();
    const { code, out, err } = lfads(dir, "export");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const lines = out.trimEnd().split("\n");
    expect(lines.map((line) => line.replace(/param_[\w-]{6}/, "param_").replace(/\d+ kB/, "… kB"))).toEqual([
      "exported/single/param_/single_dataset001/dataset001.h5  24 trials, … kB",
      "exported/single/param_/single_dataset001/dataset001.h5  24 trials, … kB",
      "exported/stitched/param_/all/dataset001.h5  24 trials, … kB",
      "exported/stitched/param_/all/dataset002.h5  24 trials, … kB",
    ]);
    expect(project()).toEqual(before);
    expect(lfads(dir, "export").out).toBe(out);
  });

  it("has the trials of the recording in its order, and rates that are the model's over the bin", async () => {
    const { files, failures } = JSON.parse(lfads(dir, "export", label, "--out", "exported/one.h5", "--json").out);
    expect(failures).toEqual([]);
    expect(files).toMatchObject([{ format: "h5", run: label, dataset: "dataset001", trials: 24 }]);
    const exported = await openHdf5(files[0].file);
    const recording = await openHdf5(join(dir, "datasets/dataset001.h5"));
    const [trials, bins, channels] = recording.shape("spikes") as [number, number, number];
    expect([trials, bins]).toEqual([24, 100]);
    const spikes = recording.readFloat64("spikes");
    const merged = new Float64Array(24 * 10 * channels);
    for (let i = 0; i < spikes.length; i++) {
      const [trial, bin, channel] = [Math.floor(i / (bins * channels)), Math.floor(i / channels) % bins, i % channels];
      merged[(trial * 10 + Math.floor(bin / 10)) * channels + channel]! += spikes[i]!;
    }
    expect([...exported.readFloat64("counts")]).toEqual([...merged]);
    expect([...exported.read("condition")]).toEqual([...recording.read("conditionId")]);
    expect([...exported.read("trial")]).toEqual(Array.from({ length: 24 }, (_, i) => i + 1));
    const model = { train: await sideOf("train"), valid: await sideOf("valid") };
    const rates = exported.readFloat64("rates");
    const size = 10 * channels;
    let [train, valid] = [0, 0];
    for (let trial = 0; trial < 24; trial++) {
      const isValid = trial % 5 === 0;
      const row = isValid ? valid++ : train++;
      const expected = (isValid ? model.valid : model.train).subarray(row * size, (row + 1) * size);
      expect([...rates.subarray(trial * size, (trial + 1) * size)]).toEqual([...expected].map((each) => each / 0.01));
    }
    exported.close();
    recording.close();
  });

  it("exports what is fresh, and says of the others what to build", () => {
    const text = readFileSync(join(dir, "lfadsfile.ts"), "utf8");
    writeFileSync(join(dir, "lfadsfile.ts"), text.replace("[2, 3]", "[2, 4]"));
    const { code, out, err } = lfads(dir, "export", "single", "--out", "exported/some");
    writeFileSync(join(dir, "lfadsfile.ts"), text);
    expect(code).toBe(1);
    expect(out.trimEnd().split("\n")).toHaveLength(1);
    expect(err.replaceAll(/param_[\w-]{6}/g, "param_")).toBe(
      "error: single/param_/single_dataset001 was never built here.\n  lfads build single/param_/single_dataset001 builds it.\n",
    );
  });

  it("leaves a file alone that it has not written, unless it is told otherwise", () => {
    const file = join(dir, "exported/notes.h5");
    mkdirSync(join(dir, "exported"), { recursive: true });
    writeFileSync(file, "mine");
    const { code, err } = lfads(dir, "export", label, "--out", file);
    expect({ code, err }).toEqual({
      code: 2,
      err: `error: ${file}: There is a file here that was not exported by lfads.\n  Choose another place with --out, or replace it: --force.\n`,
    });
    expect(readFileSync(file, "utf8")).toBe("mine");
    expect(lfads(dir, "export", label, "--out", file, "--force").code).toBe(0);
    expect(lfads(dir, "export", label, "--out", file).code).toBe(0);
  });

  it("does not write among the results", () => {
    const { code, err } = lfads(dir, "export", "--out", "runs/single/mine");
    expect({ code, err }).toEqual({
      code: 2,
      err: `error: ${join(dir, "runs/single/mine")}: This lies among the results that lfads keeps track of.\n  Name a place outside of it with --out.\n`,
    });
  });
});

async function sideOf(side: string): Promise<Float64Array> {
  const h5 = await openHdf5(
    join(dir, "runs", label, `lfadsOutput/model_runs_dataset001.h5_${side}_posterior_sample_and_average`),
  );
  const values = h5.readFloat64("output_dist_params");
  h5.close();
  return values;
}

describe("exported files", () => {
  beforeAll(() => {
    for (const format of EXPORT_FORMATS) {
      const file = join(dir, `exported/results.${format}`);
      expect(lfads(dir, "export", label, "--averages", "--out", file).code).toBe(0);
    }
  });

  it("are checked with Python and Octave in CI", () => {
    if (process.env.CI) expect({ python, hasOctave }).toEqual({ python: expect.any(String), hasOctave: true });
  });

  it.runIf(python)("are read by the Python of docs/export.md", () => {
    const blocks = exampleBlocks("export.md", "python");
    expect(blocks).toHaveLength(2);
    const printed = blocks.map((block) => run(python!, ["-c", block]));
    expect(printed.map(({ status, stderr }) => ({ status, stderr }))).toEqual(
      blocks.map(() => ({ status: 0, stderr: "" })),
    );
    const [h5py, numpy] = printed.map(({ stdout }) => stdout.split("\n")) as [string[], string[]];
    expect(h5py[0]).toBe(`${label} spikes/s`);
    expect(h5py[1]).toMatch(/^\(24, 10, \d\) \d+\.\d+ 5\.0$/);
    expect(h5py[2]).toBe("(8, 2)");
    expect(numpy[0]).toBe(`${label} (6, 10, 2) (10, 2)`);
    expect(numpy[1]).toBe("(8, 2)");
  });

  it.runIf(hasOctave)("are read by the MATLAB of docs/export.md, in Octave", () => {
    const [block = ""] = exampleBlocks("export.md", "matlab");
    const { status, stdout, stderr } = run("octave-cli", ["--no-init-file", "--no-history", "--eval", block]);
    expect(status, stderr).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^ +\d +10 +24$/);
    expect(Number(lines[1])).toBeGreaterThan(0);
    expect(lines[2]!.trim().split(/ +/)).toEqual(["8", "2"]);
  });

  it.runIf(python)("have the same values in every format, as SciPy, NumPy, h5py and pynwb read them", () => {
    const script = `
import h5py, json, numpy as np, scipy.io
from pynwb import NWBHDF5IO, validate
h, m, z = h5py.File("results.h5"), scipy.io.loadmat("results.mat"), np.load("results.npz")
names = [name for name in h if isinstance(h[name], h5py.Dataset) and name != "condition_names"]
for name in names:
    values = h[name][()]
    assert np.array_equal(values, z[name]) and values.dtype == z[name].dtype, name
    assert np.array_equal(values, m[name].T if values.ndim > 1 else m[name].ravel()), name
    assert values.dtype == m[name].dtype, name
    assert h[name].attrs["about"] and len(h[name].attrs["axes"]) == values.ndim, name
labels = list(h["condition_names"].asstr())
assert labels == list(z["condition_names"]) == [str(cell[0]) for cell in m["condition_names"].ravel()]
params = {entry["name"][0]: entry["value"] for entry in m["model_params"].ravel()}
assert set(params) == set(h["model_params"]) == {n[13:] for n in z.files if n.startswith("model_params/")}
for name, value in params.items():
    expected = h["model_params"][name][()]
    assert np.array_equal(expected, z["model_params/" + name]) and np.array_equal(expected, np.reshape(value, expected.shape)), name
for name, value in h.attrs.items():
    assert str(z[name]) == str(value) and str(m[name].ravel()[0] if m[name].ndim else m[name]) == str(value), name
codes = h["condition"][:]
for c in range(len(labels)):
    chosen = codes == c + 1
    assert h["trials_per_condition"][c] == chosen.sum()
    assert np.allclose(h["psth"][c], h["counts"][:][chosen].mean(0) / 0.01, rtol=1e-12)
    for name in ["rates", "factors", "true_rates"]:
        assert np.allclose(h["average_" + name][c], h[name][:][chosen].mean(0), rtol=1e-12), name
with NWBHDF5IO("results.nwb", "r") as io:
    nwb = io.read()
    module, trials = nwb.processing["lfads"], nwb.trials
    E, T = h["rates"].shape[:2]
    for name in [n for n in names if h[n].shape[:2] == (E, T)]:
        series = module[name]
        assert np.array_equal(series.data[:].reshape(h[name].shape), h[name][()]), name
        assert series.rate == 100 and series.starting_time == 0.005
    for name in ["trial", "is_valid", "generator_ics", "post_g0_mean", "costs"]:
        assert np.array_equal(trials[name][:], h[name][()]), name
    assert [str(c) for c in trials["condition"][:]] == [labels[c - 1] for c in codes]
    assert np.allclose(trials["start_time"][:], np.arange(E) * T * 0.01)
    averages = module["conditions"]
    assert np.array_equal(averages["average_rates"].data[:], h["average_rates"][()])
    assert np.array_equal(module["bins"]["time_ms"].data[:], h["time_ms"][()])
    scratch = nwb.get_scratch("LFADS_gen_gen_2_fac_W")
    assert np.array_equal(scratch, h["model_params/LFADS_gen_gen_2_fac_W:0"][()])
problems = validate(path="results.nwb")
print(json.dumps([len(names), [str(problem) for problem in problems]]))`;
    const { status, stdout, stderr } = run(python!, ["-W", "ignore", "-c", script]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual([26, []]);
  });
});
