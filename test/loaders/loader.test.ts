import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { anonymous } from "../bad-input/own-recordings.js";
import { inFolder, lfads } from "../cli/run-lfads.js";
import { loaderText, writeLoader, writeProject } from "./loader-project.js";

const source = 'loader("./load.ts", { datasets: "*.txt", files: "extra.csv" })';

/** What ran, in the order of labels, hashes left out. */
function ran(dir: string, ...args: string[]): string[] {
  const { code, err } = lfads(dir, "build", ...args);
  expect({ code, err: code === 0 ? "" : err }).toEqual({ code: 0, err: "" });
  const labels = [...err.matchAll(/^✓ ran +(\S+)/gm)].map(([, label]) =>
    label!.replace(/(load|data)_[\w-]{6}/, "$1_*"),
  );
  return labels.sort();
}

async function exported(dir: string): Promise<number[]> {
  const [folder] = readdirSync(join(dir, "runs/look")).filter((name) => name.startsWith("data_"));
  const h5 = await openHdf5(join(dir, "runs/look", folder!, "all/lfads_day1.h5"));
  try {
    expect(h5.shape("train_data")).toEqual([9, 4, 3]);
    expect(h5.readStrings("condition_names")).toEqual(["left", "right"]);
    return [...h5.readFloat64("train_data")];
  } finally {
    h5.close();
  }
}

describe("a loader", () => {
  it("runs again when its code, what it imports, a declared file or the dataset's file changes, and only then", async () => {
    await inFolder("", async (dir) => {
      writeProject(dir, source);
      writeLoader(dir);
      writeFileSync(join(dir, "extra.csv"), "1");
      const all = ["look/data_*/all/day1:export", "own/load_*/day1:dataset", "own/load_*/day1:load"];
      expect(ran(dir, ":export", ":dataset")).toEqual(all);
      // Trial 2 is the first to train on: 1 + c t 5, modulo 3, summed over 5 bins.
      expect((await exported(dir)).slice(0, 3)).toEqual([5, 4, 6]);
      expect(ran(dir, ":export", ":dataset")).toEqual([]);

      writeFileSync(join(dir, "load.ts"), `// A comment.\n${loaderText().replace("const seed =", "const seed  =")}`);
      expect(ran(dir, ":export", ":dataset")).toEqual([]);
      writeFileSync(join(dir, "extra.csv"), "2");
      // The same trials come out: nothing else is made again.
      expect(ran(dir, ":export", ":dataset")).toEqual(["own/load_*/day1:load"]);
      writeFileSync(join(dir, "scale.ts"), "export const scaleOf = () => 2;\n");
      expect(ran(dir, ":export", ":dataset")).toEqual(all);
      writeFileSync(join(dir, "data/day1.txt"), "4");
      expect(ran(dir, ":export", ":dataset")).toEqual(all);

      const why = () => lfads(dir, "why", ":load").out;
      writeFileSync(join(dir, "scale.ts"), "export const scaleOf = () => 4;\n");
      expect(why()).toMatch(/loaders\/load\.ts\/bundle\.mjs/);
    });
  });

  it("runs once for every setting of the parameters that affect data, whatever else differs", () => {
    inFolder("", (dir) => {
      const sweep = "sweep(base, { shift: [0, 1], c_factors_dim: [2, 3], note: ['a'] })";
      writeProject(
        dir,
        'loader("./load.ts", { datasets: { one: "day1.txt", two: [] , three: "*.txt"} })',
        sweep,
        'runSpec.single("one")',
      );
      writeLoader(dir);
      expect(ran(dir, ":load")).toEqual(["own/load_*/one:load", "own/load_*/one:load"]);
      const log = lfads(dir, "status", "--json");
      expect(Object.keys(JSON.parse(log.out).targets).filter((label) => label.endsWith(":load"))).toHaveLength(2);
    });
  });

  it("makes recordings that a filter chooses from by size: all are read first, and again once they change", () => {
    inFolder("", (dir) => {
      writeProject(dir, 'loader("./load.ts", { datasets: "*.txt" })');
      const file = join(dir, "lfadsfile.ts");
      const filtered = '"*.txt" }) }).filter((ds) => ds.nTrials >= 12);';
      writeFileSync(file, readFileSync(file, "utf8").replace('"*.txt" }) });', filtered));
      writeLoader(dir, loaderText().replace("{ length: 12 }", "{ length: seed }"));
      const trials = (day: number, count: number) => writeFileSync(join(dir, `data/day${day}.txt`), String(count));
      trials(2, 12);
      trials(3, 20);
      const made = (day: number) => [`own/load_*/day${day}:dataset`, `own/load_*/day${day}:load`];
      const exported = (day: number) => `look/data_*/all/day${day}:export`;
      expect(ran(dir, ":export")).toEqual([exported(2), exported(3), ...[1, 2, 3].flatMap(made)]);
      expect(ran(dir, ":export")).toEqual([]);
      trials(1, 15);
      expect(ran(dir, ":export")).toEqual([exported(1), ...made(1)]);
      for (const day of [1, 2, 3]) trials(day, 5);
      const emptied = lfads(dir, "build", ":export");
      expect(emptied.code).toBe(2);
      expect(emptied.err).toContain("› filter: The filter leaves none of the 3 datasets.\n");
      trials(2, 13);
      expect(ran(dir, ":export")).toEqual([exported(2), ...made(2)]);
    });
  });

  it("gives the same key in another folder, and results are restored there from the store that came along", () => {
    inFolder("", (dir) => {
      writeProject(dir, 'loader("./load.ts", { datasets: "*.txt" })');
      writeLoader(
        dir,
        loaderText("if (!import.meta.url.endsWith('/load.ts') || !import.meta.dirname) throw new Error('where am I');"),
      );
      expect(ran(dir, ":export")).toHaveLength(3);
      inFolder(undefined, (other) => {
        cpSync(dir, other, { recursive: true, preserveTimestamps: true });
        expect(ran(other, ":export")).toEqual([]);
      });
    });
  });

  it("is audited as all else is", () => {
    inFolder("", (dir) => {
      writeProject(dir, 'loader("./load.ts", { datasets: "*.txt" })');
      writeLoader(dir);
      ran(dir, ":export");
      expect(lfads(dir, "audit", ":export", "--rebuild").code).toBe(0);
      writeFileSync(join(dir, "scale.ts"), "export const scaleOf = () => 2;\n");
      expect(lfads(dir, "audit", ":export").code).toBe(1);
    });
  });

  it("that cannot be bundled is an error of the lfadsfile, with its place", () => {
    inFolder("", (dir) => {
      writeProject(dir, 'loader("./load.ts", { datasets: "*.txt", files: "none*.csv" })');
      const place = 'error: lfadsfile.ts › collections[0] "look" › datasets "own"';
      expect(anonymous(dir, lfads(dir, "status").err)).toBe(`${place} › loader: There is no <dir>/load.ts.\n`);
      writeLoader(dir, "import x from './other.js';\nexport default x(;\n");
      const { code, err } = lfads(dir, "status");
      expect(code).toBe(2);
      expect(anonymous(dir, err)).toBe(`${place} › load.ts:2:18: Unexpected ";".\n  export default x(;\n`);
      writeLoader(dir, "export default 3;");
      expect(anonymous(dir, lfads(dir, "status").err)).toBe(
        `${place} › files: No file matches "none*.csv" in <dir>.\n`,
      );
      writeProject(dir, 'loader("./load.ts", { datasets: "*.txt" })');
      expect(lfads(dir, "build", ":load").err).toContain("load.ts: The loader has no function as its default export.");
    });
  });
});
