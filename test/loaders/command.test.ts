import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { inFolder, lfads, lfadsMain } from "../cli/run-lfads.js";
import { writeProject } from "./loader-project.js";

const writer = fileURLToPath(new URL("../../out/lib/hdf5/write-hdf5.js", import.meta.url));
/** 12 trials × 20 bins × 3 channels, from the number in the file and the parameter `shift`. */
const script = `
import { readFileSync } from "node:fs";
import { writeHdf5 } from ${JSON.stringify(writer)};
const [file, params, out] = process.argv.slice(2);
const seed = Number(readFileSync(file, "utf8")) + JSON.parse(readFileSync(params, "utf8")).shift;
console.log("seed", seed);
await writeHdf5(out, (w) => {
  w.dataset("spikes", Float64Array.from({ length: 720 }, (_, i) => ((i % 7) * seed) % 3), [12, 20, 3]);
  w.dataset("side", Float64Array.from({ length: 12 }, (_, i) => i % 3));
});
`;

const sourceOf = (command: string, more = "") =>
  `command(${JSON.stringify(command)}, { datasets: "*.txt", counts: "spikes", binMs: 1, ${more} })`;

function ran(dir: string): string[] {
  const { err } = lfads(dir, "build", ":export", ":dataset");
  return [...err.matchAll(/^✓ ran +\S+:(\w+)/gm)].map(([, rule]) => rule!).sort();
}

describe("a command that writes recordings", () => {
  it("runs again when its script, an input, the dataset's file or a parameter changes, and only then", () => {
    inFolder("", (dir) => {
      const source = sourceOf("node prep.mjs {file} {params} {out}", 'inputs: "raw.csv", timeout: "10min"');
      writeProject(dir, source);
      writeFileSync(join(dir, "prep.mjs"), script);
      writeFileSync(join(dir, "raw.csv"), "1");
      const all = ["dataset", "export", "load"];
      expect(ran(dir)).toEqual(all);
      expect(ran(dir)).toEqual([]);
      writeFileSync(join(dir, "raw.csv"), "2");
      expect(ran(dir)).toEqual(["load"]);
      writeFileSync(join(dir, "prep.mjs"), script.replace("% 3", "% 5"));
      expect(ran(dir)).toEqual(all);
      writeFileSync(join(dir, "data/day1.txt"), "4");
      expect(ran(dir)).toEqual(all);
      writeProject(dir, source.replace("10min", "5min"), "[runParams(base, { shift: 3 })]");
      expect(ran(dir)).toEqual(all);
      const [log] = readdirSync(join(dir, ".lfads/logs"))
        .filter((name) => name.endsWith("load.log"))
        .sort();
      expect(readFileSync(join(dir, ".lfads/logs", log!), "utf8")).toMatch(
        /^\$ node prep\.mjs \S+day1\.txt \S+ \S+\nseed \d\n$/,
      );
      expect(readdirSync(join(dir, ".lfads/scratch"))).toEqual([]);
    });
  });

  it("gives a stitched model the trials of its alignment matrices as well as those of its exports", async () => {
    await inFolder("", async (dir) => {
      const source = sourceOf("node prep.mjs {file} {params} {out}", 'condition: "side"');
      writeProject(dir, source, "[runParams(base, { useAlignmentMatrix: true })]");
      writeFileSync(join(dir, "prep.mjs"), script);
      writeFileSync(join(dir, "data/day2.txt"), "7");
      const all = ["align", "dataset", "dataset", "export", "export", "load", "load"];
      expect(ran(dir)).toEqual(all);
      const [folder] = readdirSync(join(dir, "runs/look"));
      const place = join(dir, "runs/look", folder!, "all");
      const alignment = await openHdf5(join(place, "alignment.h5"));
      for (const name of ["day1", "day2"]) {
        const exported = await openHdf5(join(place, `lfads_${name}.h5`));
        expect(exported.shape("alignment_matrix_cxf")).toEqual([3, 2]);
        expect(exported.readFloat64("alignment_matrix_cxf")).toEqual(
          alignment.readFloat64(`datasets/${name}/alignment_matrix_cxf`),
        );
        exported.close();
      }
      alignment.close();
      expect(ran(dir)).toEqual([]);
      writeFileSync(join(dir, "data/day2.txt"), "8");
      expect(ran(dir)).toEqual(["align", "dataset", "export", "export", "load"]);
    });
  });

  it("ends with the build that is stopped", async () => {
    await inFolder("", async (dir) => {
      writeProject(dir, sourceOf("sh wait.sh {out}"));
      writeFileSync(join(dir, "wait.sh"), "sleep 60 &\necho $! > pid\nwait\n");
      const build = spawn(process.execPath, [lfadsMain, "build"], { cwd: dir, stdio: "ignore" });
      const ended = new Promise((resolve) => build.on("exit", resolve));
      await expect
        .poll(() => existsSync(join(dir, "pid")) && readFileSync(join(dir, "pid"), "utf8"), { timeout: 20_000 })
        .toMatch(/\n/);
      const pid = Number(readFileSync(join(dir, "pid"), "utf8"));
      build.kill("SIGINT");
      expect(await ended).toBe(130);
      await expect
        .poll(() => existsSync(`/proc/${pid}`) && !/Z/.test(readFileSync(`/proc/${pid}/status`, "utf8")))
        .toBe(false);
    });
  });

  it.each([
    ["node prep.mjs", "The command has no {out}, the path of the HDF5 file that it writes."],
    [
      "node prep.mjs {out} {param}",
      "The command has {param}, which stands for nothing: did you mean {params}?\n  There are {dataset}, {file}, {files}, {params}, {out}.",
    ],
    ["node prep.mjs > {out}", 'The command has ">", but no shell runs it.\n  Put it in a script, or write: sh -c "…"'],
  ])("that cannot be right is an error of the lfadsfile: %s", (command, what) => {
    inFolder("", (dir) => {
      writeProject(dir, sourceOf(command));
      const { code, err } = lfads(dir, "status");
      expect({ code, err }).toEqual({
        code: 2,
        err: `error: lfadsfile.ts › collections[0] "look" › datasets "own" › command: ${what}\n`,
      });
    });
  });
});
