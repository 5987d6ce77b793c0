import { appendFileSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { findLfadsfile } from "#lib/config/find-lfadsfile.js";
import { initLfadsfile } from "#lib/config/init-lfadsfile.js";
import { loadProject } from "#lib/config/load-project.js";
import type { Project, StoreSettings } from "#lib/config/project.js";
import { temporaryFolder } from "./temporary-folder.js";

const lfadsfile = `
import { datasetCollection, defineLfads, lorenz, runCollection, runSpec } from "lfads";
import { settings } from "./settings.ts";

const sessions = datasetCollection("demo", { path: "datasets", datasets: lorenz({ count: 2, meanRateHz: 7 }) });
export default defineLfads({
  collections: [
    runCollection("stitched", {
      datasets: sessions,
      runSpecs: [runSpec.all(), ...runSpec.eachDataset(), runSpec.of(["dataset002", "dataset001"], { name: "both" })],
      params: settings,
    }),
  ],
});
`;
const settings = `
import { runParams, sweep, type RunParamsValues } from "lfads";
const common: RunParamsValues = { spikeBinMs: 10, c_co_dim: 0, c_batch_size: 64 };
export const settings = sweep(
  runParams({ name: "base", ...common, custom: { alignEvent: { class: "char", default: "cue" } } }),
  { c_factors_dim: [4, 50], alignEvent: ["cue", "move"] },
);
`;

describe("a lfadsfile.ts", () => {
  test("becomes a project with every default filled in", async () => {
    const dir = temporaryFolder({ "lfadsfile.ts": lfadsfile, "settings.ts": settings });
    const project = await loaded(join(dir, "lfadsfile.ts"));
    expect({ ...project, collections: [] }).toEqual({
      file: join(dir, "lfadsfile.ts"),
      dir,
      root: join(dir, "runs"),
      store: { folder: join(dir, ".lfads"), maxBytes: null, hardLinks: false },
      collections: [],
    });
    const [collection] = project.collections;
    expect(collection?.datasets).toEqual({
      name: "demo",
      path: join(dir, "datasets"),
      datasets: [0, 1].map((index) => ({
        name: `dataset00${index + 1}`,
        file: join(dir, "datasets", `dataset00${index + 1}.h5`),
        source: {
          kind: "lorenz",
          index,
          seed: 1,
          conditions: 65,
          trialsPerCondition: 15,
          channels: [25, 35],
          durationMs: 500,
          meanRateHz: 7,
          dt: 0.006,
          sigma: 10,
          rho: 28,
          beta: 8 / 3,
        },
      })),
    });
    expect(collection?.runSpecs).toEqual([
      { name: "all", datasets: ["dataset001", "dataset002"] },
      { name: "single_dataset001", datasets: ["dataset001"] },
      { name: "single_dataset002", datasets: ["dataset002"] },
      { name: "both", datasets: ["dataset001", "dataset002"] },
    ]);
    const shared = { name: "base", spikeBinMs: 10, c_co_dim: 0, c_batch_size: 64 };
    expect(collection?.params.map((params) => params.nonDefault)).toEqual([
      { ...shared, c_factors_dim: 4 },
      { ...shared, c_factors_dim: 4, alignEvent: "move" },
      shared,
      { ...shared, alignEvent: "move" },
    ]);
    expect(collection?.params.map((params) => params.name)).toEqual(["base", "base", "base", "base"]);
    expect(collection?.params[2]?.values).toMatchObject({ c_gen_dim: 100, seed: 0, alignEvent: "cue" });
    expect(collection?.params[2]?.affects).toEqual({ alignEvent: "data" });
    expect(new Set(collection?.params.map((params) => params.paramName)).size).toBe(4);
    expect(new Set(collection?.params.map((params) => params.dataName)).size).toBe(4);
  });

  test("is bundled again only after it, or a file that it imports, has changed", async () => {
    const dir = temporaryFolder({ "lfadsfile.ts": lfadsfile, "settings.ts": settings });
    const file = join(dir, "lfadsfile.ts");
    const past = new Date(Date.now() - 60_000);
    await loaded(file);
    // Files as young as their bundle are not trusted yet; the second bundle is of settled ones.
    await new Promise((resolve) => setTimeout(resolve, 20));
    utimesSync(file, past, past);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await loaded(file);
    const bundle = () => statSync(join(dir, ".lfads/config/lfadsfile.ts/bundle.mjs"), { bigint: true });
    const before = bundle();
    expect((await loaded(file)).collections[0]?.params.length).toBe(4);
    expect(bundle().ino).toBe(before.ino);
    expect(bundle().ctimeNs).toBe(before.ctimeNs);

    writeFileSync(join(dir, "settings.ts"), settings.replace("[4, 50]", "[4, 5, 50]"));
    expect((await loaded(file)).collections[0]?.params.length).toBe(6);
    expect(bundle().ino).not.toBe(before.ino);
  });

  test("that was fine is checked again after a change", async () => {
    const dir = temporaryFolder({ "lfadsfile.ts": lfadsfile, "settings.ts": settings });
    const file = join(dir, "lfadsfile.ts");
    await loaded(file);
    appendFileSync(
      join(dir, "settings.ts"),
      "settings.push(runParams({ ...common, c_keep_prob: () => 1 } as object));",
    );
    expect(await loadProject(file)).toEqual({
      ok: false,
      error: [
        {
          kind: "config",
          where: 'lfadsfile.ts › collections[0] "stitched" › params[4] › c_keep_prob',
          what: "c_keep_prob is a function, but must be a number above 0 and at most 1.",
        },
      ],
    });
  });

  test("may be JavaScript, and is found from a folder below", async () => {
    const dir = temporaryFolder({ "lfadsfile.mjs": lfadsfile, "settings.ts": settings, "deep/er/file": "" });
    const file = findLfadsfile(join(dir, "deep/er"));
    expect(file).toBe(join(dir, "lfadsfile.mjs"));
    expect((await loaded(String(file))).collections.length).toBe(1);
  });

  test("that is not there is an error of usage", async () => {
    const dir = temporaryFolder();
    const file = join(dir, "lfadsfile.ts");
    expect(await loadProject(file)).toEqual({
      ok: false,
      error: [{ kind: "usage", what: `There is no ${file}.`, hint: "lfads init writes a lfadsfile.ts to start from." }],
    });
  });

  test("whose .lfads folder cannot be made is loaded all the same, and so is one without what is kept of it", async () => {
    const files = { "lfadsfile.ts": lfadsfile, "settings.ts": settings };
    const blocked = temporaryFolder({ ...files, ".lfads": "a file" });
    expect(await loadProject(join(blocked, "lfadsfile.ts"))).toMatchObject({ ok: true, value: { dir: blocked } });
    expect(readFileSync(join(blocked, ".lfads"), "utf8")).toBe("a file");
    const clean = temporaryFolder(files);
    expect(await loadProject(join(clean, "lfadsfile.ts"), { anew: true })).toMatchObject({ ok: true });
    expect(readdirSync(clean).sort()).toEqual(["lfadsfile.ts", "settings.ts"]);
  });

  test("that is bundled aside finds the packages beside it", async () => {
    const files = {
      "node_modules/rates/index.js": "export default 0.25;",
      "node_modules/rates/package.json": '{"name":"rates","type":"module"}',
    };
    const text = lfadsfile.replace(
      /^/,
      'import rate from "rates";\nif (rate !== 0.25) throw new Error("another rate");\n',
    );
    const dir = temporaryFolder({ "lfadsfile.ts": text, "settings.ts": settings, ...files });
    expect(await loadProject(join(dir, "lfadsfile.ts"), { anew: true })).toMatchObject({ ok: true });
  });
});

describe("lfads init's template", () => {
  test("loads as it is, and is never written over another lfadsfile", async () => {
    const dir = temporaryFolder();
    const file = join(dir, "lfadsfile.ts");
    expect(initLfadsfile(dir)).toEqual({ ok: true, value: file });
    expect((await loaded(file)).collections.map((collection) => collection.name)).toEqual([
      "exampleSingleSession",
      "exampleStitching",
    ]);
    const refused = {
      kind: "usage",
      what: "There is a lfadsfile already.",
      hint: "Move it away to start anew.",
    };
    expect(initLfadsfile(dir)).toEqual({ ok: false, error: { ...refused, where: file } });
    rmSync(file);
    writeFileSync(join(dir, "lfadsfile.mjs"), "");
    expect(initLfadsfile(dir)).toEqual({ ok: false, error: { ...refused, where: join(dir, "lfadsfile.mjs") } });
  });
});

async function loaded(file: string): Promise<Project> {
  const result = await loadProject(file);
  if (!result.ok) throw new Error(JSON.stringify(result.error, null, 2));
  return result.value;
}

test.each([
  ['{ maxSize: "1.5 TB" }', { maxBytes: 1.5e12, hardLinks: false }],
  ['{ maxSize: "800MB", hardLinks: true }', { maxBytes: 8e8, hardLinks: true }],
  ['{ maxSize: "unlimited" }', { maxBytes: Number.POSITIVE_INFINITY, hardLinks: false }],
  ["{}", { maxBytes: null, hardLinks: false }],
  ['{ folder: "../shared" }', { folder: "../shared", maxBytes: null, hardLinks: false }],
  ['{ folder: "/mnt/lab" }', { folder: "/mnt/lab", maxBytes: null, hardLinks: false }],
])("the options %s of the store", async (options, { folder = ".lfads", ...expected }: Partial<StoreSettings>) => {
  const text = lfadsfile.replace("defineLfads({", `defineLfads({ store: ${options},`);
  const dir = temporaryFolder({ "lfadsfile.ts": text, "settings.ts": settings });
  expect((await loaded(join(dir, "lfadsfile.ts"))).store).toEqual({ folder: resolve(dir, folder), ...expected });
});
