import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { inFolder, lfads, tinyLfadsfile } from "./run-lfads.js";

const label = "stitched/data_e4Djph/all:align";

it("an alignment is drawn once it is built; nothing else has a plot", () => {
  inFolder(tinyLfadsfile("useAlignmentMatrix: true"), (dir) => {
    expect(lfads(dir, "show", ":align", "--plot")).toEqual({
      code: 2,
      out: "",
      err: `error: ${label} has not been built.\n  lfads build ${label}\n`,
    });
    expect(lfads(dir, "build", ":align").code).toBe(0);
    const plotted = lfads(dir, "show", ":align", "--plot", "fit.svg");
    expect(plotted).toEqual({ code: 0, out: `${join(dir, "fit.svg")}\n`, err: "" });
    expect(readFileSync(join(dir, "fit.svg"), "utf8")).toMatch(/^<svg .*>PC 2<.*<\/svg>\n$/s);
    expect(lfads(dir, "show", "stitched:train", "--plot")).toMatchObject({
      code: 2,
      err: expect.stringMatching(
        new RegExp(
          `^error: There is no plot of stitched/param_[\\w-]{6}/all:train\\.\n {2}Plots are of alignments:\n {4}${label}\n$`,
        ),
      ),
    });
    const refused = (file: string) => lfads(dir, "show", ":align", "--plot", file);
    expect(refused("none/fit.svg")).toEqual({
      code: 2,
      out: "",
      err: `error: ${join(dir, "none/fit.svg")}: The file or folder is not there (any more).\n  Name another file: --plot <file>.\n`,
    });
    expect(refused("fit.png")).toEqual({
      code: 2,
      out: "",
      err: `error: ${join(dir, "fit.png")}: A plot is an SVG.\n  Name a file that ends in .svg.\n`,
    });
    expect(existsSync(join(dir, "fit.png"))).toBe(false);
  });
});

it("an alignment is made once, for the exports of stitched runs, again when it is fitted otherwise, and only where asked for", () => {
  inFolder(tinyLfadsfile("useAlignmentMatrix: true"), (dir) => {
    const write = (overrides?: string) => writeFileSync(join(dir, "lfadsfile.ts"), tinyLfadsfile(overrides));
    const first = lfads(dir, "build", ":export");
    expect(first.err.match(/ran {7}\S+:align/g)).toEqual([`ran       ${label}`]);
    expect(lfads(dir, "build", ":export").out).toMatch(/^All 7 targets are fresh\.$/m);
    write('useAlignmentMatrix: true, alignmentApproach: "ridgeRegressGlobalPCs"');
    expect(lfads(dir, "build", "stitched:export").out).toMatch(/: 3 ran, 4 fresh\.$/m);
    write();
    expect(lfads(dir, "show", ":align")).toMatchObject({ code: 2 });
  });
});

it("with c_do_train_readin false each dataset's read-in stays where the alignment puts it; the read-out is trained", async () => {
  await inFolder(tinyLfadsfile("useAlignmentMatrix: true, c_do_train_readin: false"), async (dir) => {
    const built = lfads(dir, "build", "stitched:model-params");
    expect(built.code, built.err).toBe(0);
    const [data, run] = readdirSync(join(dir, "runs/stitched")).sort();
    const alignment = await openHdf5(join(dir, "runs/stitched", data!, "all/alignment.h5"));
    const trained = await openHdf5(join(dir, "runs/stitched", run!, "all/lfadsOutput/model_params"));
    for (const name of ["dataset001", "dataset002"]) {
      const matrix = Float32Array.from(alignment.readFloat64(`datasets/${name}/alignment_matrix_cxf`));
      const bias = Float32Array.from(alignment.readFloat64(`datasets/${name}/alignment_bias_c`));
      expect(Float32Array.from(trained.readFloat64(`LFADS_x_2_infac_${name}.h5_W:0`))).toEqual(matrix);
      const shift = trained.readFloat64(`LFADS_x_2_infac_${name}.h5_b:0`);
      expect(shift).toHaveLength(2);
      shift.forEach((value, f) => {
        expect(value).toBeCloseTo(-bias.reduce((sum, mean, n) => sum + mean * matrix[2 * n + f]!, 0), 5);
      });
      const readOut = trained.readFloat64(`LFADS_glm_fac_2_logrates_${name}.h5_W:0`);
      const start = Float32Array.from(readOut, (_, i) => matrix[(i % bias.length) * 2 + Math.floor(i / bias.length)]!);
      expect(Float32Array.from(readOut)).not.toEqual(start);
      readOut.forEach((value, i) => {
        expect(Math.abs(value - start[i]!)).toBeLessThan(0.1);
      });
    }
    alignment.close();
    trained.close();
  });
});
