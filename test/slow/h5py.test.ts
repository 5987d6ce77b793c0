import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { inFolder, lfads, tinyLfadsfile } from "../cli/run-lfads.js";

// A Python with h5py; .ci/run makes one. Without it there is nothing to compare with.
const python = process.env.LFADS_TEST_PYTHON;

/** Prints every dataset below the current folder: file, name, shape, dtype; dataset names of a run are sorted. */
const listDatasets = `
import h5py, json, pathlib
listed = {}
for path in sorted(pathlib.Path(".").rglob("*")):
    if path.is_file() and not path.is_symlink() and h5py.is_hdf5(path):
        with h5py.File(path) as f:
            listed[str(path)] = {name: [list(f[name].shape), str(f[name].dtype), float(f[name][()].sum()) if f[name].dtype.kind in "iuf" else 0] for name in sorted(f)}
print(json.dumps(listed))
`;

it.runIf(python)("h5py reads every HDF5 file of a run, with the names, shapes and types of the format", () => {
  inFolder(tinyLfadsfile(), (dir) => {
    const build = lfads(dir, "build", "stitched");
    expect(build.err + build.out).toMatch(/^Built in /m);
    const { status, stdout, stderr } = spawnSync(python!, ["-c", listDatasets], {
      cwd: `${dir}/runs`,
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const files = JSON.parse(stdout) as Record<string, Record<string, [shape: number[], dtype: string, sum: number]>>;
    const named = (pattern: RegExp) => {
      const found = Object.entries(files).filter(([name]) => pattern.test(name));
      expect(found).toHaveLength(1);
      return found[0]![1];
    };
    // 24 trials: 5 of validation (1, 6, 11, 16, 21), 19 of training; 100 bins of 1 ms merged to 10 of 10 ms.
    const input = named(/^stitched\/data_[\w-]{6}\/all\/lfads_dataset001\.h5$/);
    const [channels] = input.train_data![0].slice(-1);
    const shapes = (content: typeof input) =>
      Object.fromEntries(Object.entries(content).map(([n, [s, t]]) => [n, [s, t]]));
    expect(shapes(input)).toMatchObject({
      train_data: [[19, 10, channels], "int64"],
      valid_data: [[5, 10, channels], "int64"],
      train_truth: [[19, 10, channels], "float64"],
      valid_truth: [[5, 10, channels], "float64"],
      train_inds: [[19], "float64"],
      valid_inds: [[5], "float64"],
      conversion_factor: [[1], "float64"],
    });
    expect(input.valid_inds![2]).toBe(1 + 6 + 11 + 16 + 21);
    for (const kind of ["posterior_sample_and_average", "posterior_push_mean"]) {
      const samples = named(new RegExp(`lfadsOutput/model_runs_dataset001\\.h5_valid_${kind}$`));
      expect(shapes(samples)).toEqual({
        prior_g0_mean: [[5, 4], "float64"],
        prior_g0_logvar: [[5, 4], "float64"],
        post_g0_mean: [[5, 4], "float64"],
        post_g0_logvar: [[5, 4], "float64"],
        gen_ics: [[5, 8], "float64"],
        gen_states: [[5, 10, 8], "float64"],
        factors: [[5, 10, 2], "float64"],
        output_dist_params: [[5, 10, channels], "float64"],
        costs: [[5], "float64"],
        nll_bound_vaes: [[5], "float64"],
        nll_bound_iwaes: [[5], "float64"],
        train_steps: [[5], "float64"],
      });
    }
    const params = shapes(named(/lfadsOutput\/model_params$/));
    expect(params).toMatchObject({
      "LFADS_x_2_infac_dataset001.h5_W:0": [[channels, 2], expect.any(String)],
      "LFADS_glm_fac_2_logrates_dataset001.h5_W:0": [[2, channels], expect.any(String)],
      "LFADS_gen_gen_2_fac_W:0": [[8, 2], expect.any(String)],
      "LFADS_ic_enc_fwd_ic_enc_t0_fwd:0": [[1, 8], expect.any(String)],
    });
  });
});
