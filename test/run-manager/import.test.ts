import {
  appendFileSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadProject } from "#lib/config/load-project.js";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { describeCollection, type FoundCollection } from "#lib/run-manager/describe-collection.js";
import { findCollections } from "#lib/run-manager/find-collections.js";
import { lfadsfileText } from "#lib/run-manager/lfadsfile-text.js";
import { planTargets } from "#rules/plan.js";
import { inFolder, lfads } from "../cli/run-lfads.js";
import { type Tree, type TreeOptions, usualTree as usual, writeRunManagerTree } from "./run-manager-tree.js";

async function withTree<T>(options: TreeOptions, use: (dir: string, tree: Tree) => T | Promise<T>): Promise<T> {
  return inFolder(undefined, async (dir) =>
    use(dir, await writeRunManagerTree(join(dir, "runs", "exampleRun"), options)),
  );
}

/** Path, inode and times of everything in a folder. */
function stamps(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .map((path) => {
      const { ino, mtimeMs, ctimeMs, size } = lstatSync(join(folder, path));
      return `${path} ${ino} ${mtimeMs} ${ctimeMs} ${size}`;
    });
}

/** What `lfads import` writes, its report, and the project that comes of it; nothing is built. */
async function describe(dir: string, folder = "runs/exampleRun") {
  const folders = findCollections(join(dir, folder));
  if (!folders.ok) throw new Error(JSON.stringify(folders.error));
  const found: FoundCollection[] = [];
  for (const each of folders.value) {
    const collection = await describeCollection(each);
    if (!collection.ok) throw new Error(JSON.stringify(collection.error));
    found.push(collection.value);
  }
  const text = lfadsfileText(found, "runs");
  writeFileSync(join(dir, "lfadsfile.ts"), text);
  return { text, notes: found.flatMap(({ notes }) => notes), project: await project(dir) };
}

async function project(dir: string) {
  const loaded = await loadProject(join(dir, "lfadsfile.ts"));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  return loaded.value;
}

it("a tree is described by a lfadsfile, its runs are fresh with results, and nothing in it is touched", async () => {
  await withTree(usual, async (dir, { settings }) => {
    const before = stamps(join(dir, "runs"));
    const imported = lfads(dir, "import", "runs/exampleRun");
    expect(imported.code).toBe(0);
    expect(imported.err.split("\n").slice(0, 2)).toEqual([
      "exampleRun",
      "  4 runs of 2 run specs and 2 settings, over 2 datasets; of the settings all give their folders' names.",
    ]);
    expect(imported.out).toMatch(/^Wrote lfadsfile\.ts\.\nBuilt in [^:]+: 4 ran, 15 imported, 4 restored\.\n/);
    expect(lfads(dir, "why", `exampleRun/${settings[0]!.paramName}/all:train`).out).toMatch(/: it was imported\.\n$/);
    expect(lfads(dir, "build").out).toBe("All 23 targets are fresh.\n");
    expect(stamps(join(dir, "runs"))).toEqual(before);

    const { collections } = await project(dir);
    const [collection] = collections;
    expect(collection!.params.map(({ name, nonDefault }) => ({ name, nonDefault }))).toEqual(
      usual.settings.map(({ name, values }) => ({ name, nonDefault: expect.objectContaining({ name, ...values }) })),
    );
    expect(collection!.params.map(({ paramName, dataName }) => ({ paramName, dataName }))).toEqual(settings);
    expect(collection!.runSpecs).toEqual([
      { name: "all", datasets: ["dataset001", "dataset002"] },
      { name: "single_dataset001", datasets: ["dataset001"] },
    ]);

    const status = JSON.parse(lfads(dir, "status", "--json").out);
    expect(new Set(Object.values(status.targets))).toEqual(new Set(["fresh"]));
    expect(status.collections[0]).toMatchObject({ name: "exampleRun", imported: true });
    const [first] = JSON.parse(lfads(dir, "status", "--results", "--json").out);
    expect(first).toMatchObject({
      label: `exampleRun/${settings[0]!.paramName}/all`,
      epochs: 3,
      lveEpoch: 1,
      trainCost: 9.5,
      validCost: 8.25,
      trainSeconds: null,
    });
    const exported = lfads(dir, "export", "--out", "out");
    expect({ ...exported, out: exported.out.split("\n").length - 1 }).toEqual({ code: 0, err: "", out: 6 });
    const run = await openHdf5(join(dir, "out/exampleRun", settings[0]!.paramName, "all/dataset001.h5"));
    expect([...run.readFloat64("time_ms")]).toEqual([-15, -5, 5, 15]);
    expect([...run.readFloat64("condition")]).toEqual([2, 1, 1, 2, 1, 2, 1, 0]);
    expect(run.readStrings("condition_names")).toEqual(["left", "right"]);
    run.close();
    expect(stamps(join(dir, "runs"))).toEqual(before);
    // Counts 0, 1, 2, 3 equally often at a rate of 1.5: −log p is rate − k log rate + log k!.
    expect(first.all.nll).toBeCloseTo(1.5 - 1.5 * Math.log(1.5) + (Math.log(2) + Math.log(6)) / 4, 12);
    expect(first.all.psthNll).toEqual(expect.any(Number));
  });
});

it("an inputInfo that cannot be read costs times and conditions, not the results", async () => {
  await withTree({ ...usual, settings: usual.settings.slice(0, 1) }, async (dir, { settings: [names] }) => {
    const run = `exampleRun/${names!.paramName}/single_dataset001`;
    const info = join("runs/exampleRun", names!.dataName, "single_dataset001/inputInfo_dataset001.mat");
    writeFileSync(join(dir, info), "MATLAB 5.0 MAT-file, of which the rest is gone".padEnd(200));
    const note = "Times and conditions are not known: inputInfo_dataset001.mat cannot be read. This is not a MAT file.";
    const imported = lfads(dir, "import", "runs/exampleRun");
    expect(imported.code).toBe(0);
    expect(imported.err.split("\n").filter((line) => line.startsWith("warning"))).toEqual([
      `warning: ${note} (${run}:evaluate)`,
    ]);
    const exported = lfads(dir, "export", run, "--out", "run.h5");
    expect(exported).toMatchObject({ code: 0, err: `warning: ${note} (${run})\n` });
    const results = await openHdf5(join(dir, "run.h5"));
    expect([...results.readFloat64("time_ms")]).toEqual([5, 15, 25, 35]);
    expect(results.has("condition")).toBe(false);
    results.close();

    rmSync(join(dir, "runs/exampleRun", names!.dataName, "single_dataset001/lfads_dataset001.h5"));
    expect(lfads(dir, "build").out).toMatch(/^Built in [^:]+: 2 imported, 8 fresh\.\n/);
    expect(lfads(dir, "export", run)).toEqual({
      code: 1,
      out: "",
      err: `error: ${run} is not exported: its input of dataset001 is gone.\n  Put lfads_<dataset>.h5 back: trials are put into their order by it.\n`,
    });
  });
});

it("without `imported` nothing is built over the runs, with or without what lfads knows of them", async () => {
  await withTree(usual, async (dir, { settings }) => {
    const before = stamps(join(dir, "runs"));
    lfads(dir, "import", "runs/exampleRun");
    const text = readFileSync(join(dir, "lfadsfile.ts"), "utf8").replace(/ {6}imported: \[[^\]]*\],\n/, "");
    expect(text).not.toContain("imported:");
    writeFileSync(join(dir, "lfadsfile.ts"), text);
    const refusal = (found: string) =>
      [
        `error: ${join(dir, "runs/exampleRun")}: This was not made by lfads, and a build would overwrite it: ${found}.`,
        "  lfads import describes such runs; in its lfadsfile, leave `imported` where it is. Give new runs a runCollection(…) of another name.\n",
      ].join("\n");
    const [first, third] = settings.map(({ paramName }) => paramName);
    const all = refusal(`summary.txt, ${first}/all, ${first}/single_dataset001, and 2 more`);
    expect(lfads(dir, "build", "--keep-going")).toEqual({ code: 2, out: "", err: all });
    expect(lfads(dir, "build", "--dry-run")).toEqual({ code: 2, out: "", err: all });
    expect(lfads(dir, "build", ":summary").err).toBe(refusal("summary.txt"));
    expect(lfads(dir, "build", `${third}/all`).code).toBe(2);
    const exports = `exampleRun/${settings[1]!.dataName}/all/*:export`;
    expect(lfads(dir, "build", exports).err).toBe(refusal(`${first}/all, ${third}/all`));
    expect(lfads(dir, "clean", "--yes").out).toBe("There is nothing to remove.\n");
    rmSync(join(dir, ".lfads"), { recursive: true });
    expect(lfads(dir, "build").err).toBe(all);
    expect(stamps(join(dir, "runs"))).toEqual(before);
  });
});

it("a changed file of an imported run is found by audit, and audit --rebuild tells what it skips", async () => {
  await withTree(usual, (dir, { settings }) => {
    lfads(dir, "import", "runs/exampleRun");
    const rebuilt = lfads(dir, "audit", "--rebuild", "all", ":results", "exampleRun");
    expect(rebuilt.code).toBe(2);
    const whole = lfads(dir, "audit", "--rebuild");
    expect(whole.code).toBe(0);
    expect(whole.out).toContain("15 targets were imported: the files are the same, how they were made is not known.\n");
    expect(whole.out).toMatch(/^Made again: 4 targets, 4 files, all identical/m);
    expect(whole.out).toContain("What was imported was not made again: nothing tells how.\n");

    const params = join("runs/exampleRun", settings[0]!.paramName, "all/lfadsOutput/model_params");
    appendFileSync(join(dir, params), "x");
    const tampered = lfads(dir, "audit");
    expect(tampered.code).toBe(1);
    expect(tampered.out).toContain(`✗ exampleRun/${settings[0]!.paramName}/all:model-params\n`);
    expect(tampered.out).toContain(
      `${params}: The input "imported", lfadsOutput/model_params, is not the file that it was made from`,
    );
  });
});

it("an early tree, with its data folders, hashes and file names, is taken as well", async () => {
  const early = { ...usual, early: true, settings: usual.settings.map(({ values }) => ({ values })) };
  await withTree(early, async (dir, { settings }) => {
    const { notes, project: described } = await describe(dir, "runs");
    expect(notes).toEqual([]);
    expect(described.collections[0]!.params.map(({ paramName, dataName }) => ({ paramName, dataName }))).toEqual(
      settings,
    );
    const targets = planTargets(described);
    expect(targets).toHaveLength(24);
    const made = targets.find(({ label }) => label.endsWith("/single_dataset001/dataset001:export"))!;
    expect(made.outDir).toBe(join(dir, "runs/exampleRun", settings[0]!.dataName));
    expect(targets.filter(({ rule }) => rule === "results")).toHaveLength(4);

    // That version of LFADS had a shorter name for posteriors; and here the last step was never done.
    const run = `exampleRun/${settings[0]!.paramName}/all`;
    rmSync(join(dir, "runs", run, "lfadsOutput/model_params"));
    expect(lfads(dir, "build").code).toBe(0);
    const exported = lfads(dir, "export", run, "--out", "out");
    expect({ ...exported, out: exported.out.match(/dataset00\d/g) }).toEqual({
      code: 0,
      out: ["dataset001", "dataset002"],
      err: "",
    });
    const results = await openHdf5(join(dir, "out", run, "dataset001.h5"));
    expect(new Set(results.readFloat64("rates"))).toEqual(new Set([150]));
    expect(results.has("model_params")).toBe(false);
    results.close();
    expect(lfads(dir, "export", run, "--kind", "posterior_push_mean")).toEqual({
      code: 2,
      out: "",
      err: `error: No run that "${run}" means has a posterior_push_mean.\n  --kind takes another.\n`,
    });
  });
});

it("parameters of the user's own class get the class, the default and the reach that the folders' names tell", async () => {
  const own = {
    alignEvent: { class: "char", default: "cue" },
    window: { class: "uint16", default: 300, affects: "model" },
    note: { class: "char", default: "", affects: "nothing" },
  } as const;
  const settings = [
    { values: { alignEvent: "move", c_gen_dim: 64 } },
    { values: { window: 400, note: "second", c_gen_dim: 64 } },
  ];
  await withTree({ ...usual, own, settings }, async (dir, tree) => {
    const { notes, text, project: described } = await describe(dir);
    expect(notes).toEqual([]);
    expect(described.collections[0]!.params.map(({ paramName }) => paramName)).toEqual(
      tree.settings.map(({ paramName }) => paramName).sort(),
    );
    expect(text).toContain(`alignEvent: { class: "char", default: "cue", affects: "data" }`);
    expect(text).toContain(`window: { class: "uint16", default: 300, affects: "model" }`);
    expect(text).toContain(`note: { class: "char", default: "", affects: "nothing" }`);
    expect(text).not.toContain("unconfirmed");
  });
});

it("without a summary the values come from what the runs were trained with", async () => {
  const settings = [{ values: { spikeBinMs: 10, c_gen_dim: 64, c_keep_prob: 1 / 3, c_kl_increase_steps: 500 } }];
  await withTree({ ...usual, settings, summary: false }, async (dir, tree) => {
    const { notes, project: described } = await describe(dir);
    expect(notes).toEqual(["There is no summary.txt: values are taken from what the runs were trained with."]);
    expect(described.collections[0]!.params[0]).toMatchObject({
      ...tree.settings[0],
      nonDefault: settings[0]!.values,
    });
  });
});

it("values that do not give the folder's name are told, and imported under it all the same", async () => {
  const settings = [{ values: { c_gen_dim: 64, c_keep_prob: 0.812345678901 } }];
  await withTree({ ...usual, settings }, async (dir, { settings: [names] }) => {
    const { notes, text, project: described } = await describe(dir);
    expect(notes).toEqual([
      `The values that were found do not give ${names!.paramName}: some is not exact or not known. Give more exactly, in its runParams: c_keep_prob. Then take out unconfirmed.`,
    ]);
    expect(text).toContain(`{ param: "${names!.paramName}", data: "${names!.dataName}", unconfirmed: true }`);
    expect(described.collections[0]!.params[0]).toMatchObject({ ...names, nonDefault: { c_keep_prob: 0.812346 } });
    expect(planTargets(described)).toHaveLength(14);

    const mended = text.replace("0.812346", "0.812345678901").replace(", unconfirmed: true", "");
    writeFileSync(join(dir, "lfadsfile.ts"), mended);
    expect((await project(dir)).collections[0]!.params[0]).toMatchObject({ ...names });
  });
});

it("a value that is changed in the lfadsfile is an error, and not another run", async () => {
  await withTree({ ...usual, settings: usual.settings.slice(0, 1) }, async (dir, { settings: [names] }) => {
    const { text } = await describe(dir);
    writeFileSync(join(dir, "lfadsfile.ts"), text.replace("c_gen_dim: 64", "c_gen_dim: 65"));
    const what = expect.stringMatching(
      new RegExp(`^Its values give param_[\\w-]{6}, but it is imported from ${names!.paramName}\\.$`),
    );
    expect(await loadProject(join(dir, "lfadsfile.ts"))).toEqual({
      ok: false,
      error: [
        {
          kind: "config",
          where: 'lfadsfile.ts › collections[0] "exampleRun" › params[0]',
          what,
          hint: "Imported runs are what they are: put the values back. For other values make another runCollection(…).",
        },
      ],
    });
  });
});

it("a setting without its folder, or with too few folders, is an error", async () => {
  await withTree(usual, async (dir, { settings }) => {
    const { text } = await describe(dir);
    renameSync(join(dir, "runs/exampleRun", settings[0]!.paramName), join(dir, "away"));
    const collection = 'lfadsfile.ts › collections[0] "exampleRun"';
    expect(await loadProject(join(dir, "lfadsfile.ts"))).toMatchObject({
      error: [
        {
          where: `${collection} › imported[0]`,
          what: `There is no ${settings[0]!.paramName} in ${join(dir, "runs/exampleRun")}, or nothing in it.`,
        },
      ],
    });
    renameSync(join(dir, "away"), join(dir, "runs/exampleRun", settings[0]!.paramName));
    writeFileSync(join(dir, "lfadsfile.ts"), text.replace(/ {8}\{ param: .*\n/, ""));
    expect(await loadProject(join(dir, "lfadsfile.ts"))).toMatchObject({
      error: expect.arrayContaining([
        expect.objectContaining({
          where: `${collection} › imported`,
          what: "imported names the folders of 1 settings, but params has 2.",
        }),
      ]),
    });
  });
});

it("what a run lacks is told, and the rest of it is imported", async () => {
  await withTree({ ...usual, settings: usual.settings.slice(0, 1) }, async (dir, { settings: [names] }) => {
    const run = (spec: string, ...path: string[]) => join(dir, "runs/exampleRun", names!.paramName, spec, ...path);
    rmSync(run("all", "lfads.done"));
    for (const side of ["train", "valid"])
      rmSync(run("all", "lfadsOutput", `model_runs_dataset002.h5_${side}_posterior_sample_and_average`));
    rmSync(run("single_dataset001", "lfadsOutput"), { recursive: true });
    const { notes, project: described } = await describe(dir);
    expect(notes).toEqual([
      `${names!.paramName}/all has no lfads.done: it was not finished.`,
      `${names!.paramName}/all has no posterior of dataset002, and so no results.`,
      `${names!.paramName}/single_dataset001 was not trained.`,
    ]);
    expect(planTargets(described).map(({ label }) => label.slice(label.lastIndexOf(":") + 1))).toEqual([
      "export",
      "export",
      "train",
      "posterior_sample_and_average",
      "model-params",
      "report",
    ]);
  });
});

it("folders that are no tree, or have nothing to import, are refused with what to do", async () => {
  await withTree({ ...usual, settings: usual.settings.slice(0, 1) }, (dir, { settings: [names] }) => {
    const refused = (...args: string[]) => {
      const { code, err, out } = lfads(dir, "import", ...args);
      expect({ code, out }).toEqual({ code: 2, out: "" });
      return err.replaceAll(dir, "DIR");
    };
    expect(refused("nowhere")).toBe("error: DIR/nowhere: There is no such folder.\n");
    const other = `runs/exampleRun/${names!.paramName}`;
    expect(refused(other)).toBe(
      `error: DIR/${other}: This is no tree of the Run Manager.\n  It is part of one: name the folder that summary.txt and the param_… folders are in.\n`,
    );
    expect(refused(".")).toContain("This is no tree of the Run Manager.\n  Name the folder of a RunCollection");
    mkdirSync(join(dir, "early/run01/all/lfadsOutput"), { recursive: true });
    expect(refused("early")).toBe(
      "error: DIR/early: These runs are in folders as the Run Manager made them before its version 3, and cannot be imported.\n  Later ones have a folder param_<HASH> for each setting, by which values are confirmed.\n",
    );
    const data = join(dir, "runs/exampleRun", names!.dataName);
    renameSync(data, `${data}-away`);
    expect(refused("runs")).toContain(
      'The input of dataset "dataset001" is missing: no run has lfads_dataset001.h5.\n  Put the file back: what a model read is needed to judge it.\n',
    );
    renameSync(`${data}-away`, data);
    writeFileSync(join(dir, "lfadsfile.ts"), "mine");
    expect(refused("runs")).toBe(
      "error: DIR/lfadsfile.ts: There is a lfadsfile already.\n  Name another with --out, or see what would be written with --dry-run.\n",
    );
    expect(readFileSync(join(dir, "lfadsfile.ts"), "utf8")).toBe("mine");
  });
});

it("a dry run prints the lfadsfile and writes nothing; what it prints is what is written", async () => {
  await withTree(usual, (dir) => {
    const dry = lfads(dir, "import", "runs", "--dry-run");
    expect(dry.code).toBe(0);
    expect(readdirSync(dir)).toEqual(["runs"]);
    lfads(dir, "import", "runs", "--out", "mine.ts");
    expect(readFileSync(join(dir, "mine.ts"), "utf8")).toBe(dry.out);
  });
});

it("several collections of a folder come into one lfadsfile", async () => {
  await withTree({ ...usual, settings: usual.settings.slice(0, 1) }, async (dir) => {
    cpSync(join(dir, "runs/exampleRun"), join(dir, "runs/another"), { recursive: true, verbatimSymlinks: true });
    const { project: described } = await describe(dir, "runs");
    expect(described.collections.map(({ name }) => name)).toEqual(["another", "exampleRun"]);
    expect(planTargets(described)).toHaveLength(28);
  });
});
