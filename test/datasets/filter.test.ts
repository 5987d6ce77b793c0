import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkFilters } from "#lib/config/filter-datasets.js";
import { fingerprints } from "#lib/config/fingerprints.js";
import { loadDefinition } from "#lib/config/load-definition.js";
import { loadProject } from "#lib/config/load-project.js";
import type { Collection } from "#lib/config/project.js";
import { infoFileOf, recordingName } from "#lib/config/recording-name.js";
import { planTargets } from "#rules/plan.js";
import { inFolder } from "../cli/run-lfads.js";

/** Three recordings, `a1`, `a2` and `b1`, that nobody opens. `chain` follows datasetCollection(…). */
function write(
  dir: string,
  chain: string,
  options = "",
  source = 'h5("*.h5", { counts: "spikes", binMs: 1 })',
  settings = "[runParams({ spikeBinMs: 5 })]",
): void {
  mkdirSync(join(dir, "data"), { recursive: true });
  for (const name of ["a1", "a2", "b1"]) writeFileSync(join(dir, `data/${name}.h5`), "");
  writeFileSync(
    join(dir, "lfadsfile.ts"),
    `
import { chaoticRnn, datasetCollection, defineLfads, h5, loader, runCollection, runParams, runSpec, sweep } from "lfads";
const datasets = datasetCollection("own", { path: "data", datasets: ${source}, ${options} })${chain};
export default defineLfads({
  collections: [runCollection("look", { datasets, runSpecs: [runSpec.all()], params: ${settings} })],
});
`,
  );
}

/** As the build leaves what it found in a recording. */
function know(dir: string, recording: string, info: object): void {
  const file = infoFileOf(dir, recording);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ name: basename(recording), ...info }));
}

/** Datasets that are left, and those whose recordings the build reads. */
async function look(dir: string) {
  const project = await loadProject(join(dir, "lfadsfile.ts"));
  if (!project.ok) return { problems: project.error.map(({ what }) => what) };
  const [collection] = project.value.collections;
  const labels = planTargets(project.value).map(({ label }) => label);
  const read = labels.flatMap((label) => /^own\/(?:load_[\w-]+\/)?(\w+):dataset$/.exec(label)?.[1] ?? []);
  return { left: collection!.datasets.datasets.map(({ name }) => name), read };
}

describe("a filter", () => {
  it("by name and metadata needs no recording, and filters can follow each other", async () => {
    await inFolder("", async (dir) => {
      const metadata = 'metadata: (name) => ({ subject: name[0], saveTags: [Number(name[1])], region: "M1" })';
      write(
        dir,
        '.filter((ds) => ds.subject === "a" && ds.region === "M1").filter((ds) => ds.saveTags.includes(2))',
        metadata,
      );
      expect(await look(dir)).toEqual({ left: ["a2"], read: ["a2"] });
      write(
        dir,
        '.filter((ds) => ds.subject === "x")',
        'metadata: { b1: { subject: "x", date: "2026-01-31" }, a1: { subject: "y" }, a2: { subject: "y" } }',
      );
      expect(await look(dir)).toEqual({ left: ["b1"], read: ["b1"] });
    });
  });

  it("by what is in recordings leaves what is not known yet, and has all of them read", async () => {
    await inFolder("", async (dir) => {
      write(dir, ".filter((ds) => ds.nTrials >= 500)");
      know(dir, "own/a1", { nTrials: 499 });
      expect(await look(dir)).toEqual({ left: ["a2", "b1"], read: ["a1", "a2", "b1"] });
      know(dir, "own/a2", { nTrials: 500 });
      know(dir, "own/b1", { nTrials: 20 });
      expect(await look(dir)).toEqual({ left: ["a2"], read: ["a1", "a2", "b1"] });
    });
  });

  it("changes the fingerprints where its answers do, and only there", async () => {
    await inFolder("", async (dir) => {
      const file = join(dir, "lfadsfile.ts");
      const print = async () => {
        const definition = await loadDefinition(file);
        if (!definition.ok) throw new Error(JSON.stringify(definition.error));
        return fingerprints(file, definition.value, "1");
      };
      for (const [name, nTrials] of Object.entries({ a1: 10, a2: 20, b1: 30 })) know(dir, `own/${name}`, { nTrials });
      write(dir, ".filter((ds) => ds.nTrials >= 20)");
      const first = await print();
      expect(first).toBeDefined();
      write(dir, ".filter((ds) => ds.nTrials >= 15)");
      expect(await print()).toEqual(first);
      know(dir, "own/a1", { nTrials: 40 });
      expect(await print()).not.toEqual(first);
    });
  });

  it.each([
    [".filter((ds) => ds.nTrails > 3)", "", "A dataset has no nTrails: did you mean nTrials?"],
    [".filter((ds) => ds.name)", "", 'The filter returns "a1" for a1, but must say true or false.'],
    [".filter((ds) => ds.subject.length > 1)", "metadata: { a1: {} }", undefined],
    [".filter(() => false)", "", "The filter leaves none of the 3 datasets."],
    ['.filter(() => { throw new Error("no") })', "", "The filter throws for a1: no"],
    ["", "metadata: { a1: { date: 'May' } }", 'The metadata of a1 has date "May", but that must be as "2026-01-31".'],
    ["", "metadata: (name) => name", 'The metadata of a1 is "a1", but must be an object.'],
    ["", "metadata: { a2: { saveTags: 3 } }", "The metadata of a2 has saveTags 3, but these must be numbers."],
  ])("that cannot be right is an error of the lfadsfile: %s %s", async (chain, options, what) => {
    await inFolder("", async (dir) => {
      write(dir, chain, options);
      const found = await look(dir);
      if (what === undefined) expect(found).toMatchObject({ left: ["a1", "a2", "b1"] });
      else expect(found.problems?.[0]).toBe(what);
    });
  });

  it("of recordings that a loader makes leaves a dataset that it leaves in every setting", async () => {
    await inFolder("", async (dir) => {
      writeFileSync(join(dir, "load.ts"), "export default () => ({});");
      const made = 'loader("./load.ts", { datasets: "*.h5" })';
      const settings = "sweep(runParams({ spikeBinMs: 5 }), { spikeBinMs: [5, 10], c_factors_dim: [4, 8] })";
      write(dir, '.filter((ds) => ds.name !== "a1")', "", made, settings);
      expect(await look(dir)).toEqual({ left: ["a2", "b1"], read: ["a2", "b1", "a2", "b1"] });
      write(dir, ".filter((ds) => ds.nTrials >= 10)", "", made, settings);
      const all = ["a1", "a2", "b1", "a1", "a2", "b1"];
      expect(await look(dir)).toEqual({ left: ["a1", "a2", "b1"], read: all });
      const project = await loadProject(join(dir, "lfadsfile.ts"));
      if (!project.ok) throw new Error(JSON.stringify(project.error));
      const [{ datasets: set, params }] = project.value.collections as [Collection];
      const bins = (spikeBinMs: number) => params.find(({ values }) => values.spikeBinMs === spikeBinMs)!;
      const knowMade = (name: string, spikeBinMs: number, nTrials: number) =>
        know(dir, recordingName(set, name, bins(spikeBinMs)), { nTrials });
      knowMade("a1", 10, 9);
      knowMade("a2", 5, 10);
      expect(await look(dir)).toEqual({ left: ["a2", "b1"], read: all });
      knowMade("a2", 10, 10);
      knowMade("b1", 5, 10);
      knowMade("b1", 10, 4);
      expect(await look(dir)).toEqual({ left: ["a2"], read: all });
    });
  });

  it("that leaves nothing of what is known is no error before the recordings were read", async () => {
    await inFolder("", async (dir) => {
      write(dir, ".filter((ds) => ds.nTrials >= 500)");
      for (const name of ["a1", "a2", "b1"]) know(dir, `own/${name}`, { nTrials: 20 });
      expect(await look(dir)).toEqual({ left: [], read: ["a1", "a2", "b1"] });
      const project = await loadProject(join(dir, "lfadsfile.ts"));
      expect(project.ok && checkFilters(project.value)).toEqual([
        {
          kind: "config",
          where: 'lfadsfile.ts › collections[0] "look" › datasets "own" › filter',
          what: "The filter leaves none of the 3 datasets.",
        },
      ]);
      know(dir, "own/a1", { nTrials: 500 });
      const filled = await loadProject(join(dir, "lfadsfile.ts"));
      expect(filled.ok && checkFilters(filled.value)).toEqual([]);
    });
  });

  it("leaves the collection without it as it was, and both can be used together", async () => {
    await inFolder("", async (dir) => {
      write(dir, "");
      rmSync(join(dir, "lfadsfile.ts"));
      writeFileSync(
        join(dir, "lfadsfile.ts"),
        `
import { datasetCollection, defineLfads, h5, runCollection, runParams, runSpec } from "lfads";
const all = datasetCollection("own", { path: "data", datasets: h5("*.h5", { counts: "spikes", binMs: 1 }) });
const some = all.filter((ds) => ds.name.startsWith("a"));
const runs = (name, datasets) => runCollection(name, { datasets, runSpecs: [runSpec.all()], params: [runParams({ spikeBinMs: 5 })] });
export default defineLfads({ collections: [runs("some", some), runs("every", all)] });
`,
      );
      const project = await loadProject(join(dir, "lfadsfile.ts"));
      if (!project.ok) throw new Error(JSON.stringify(project.error));
      expect(project.value.collections.map(({ datasets }) => datasets.datasets.length)).toEqual([2, 3]);
    });
  });
});
