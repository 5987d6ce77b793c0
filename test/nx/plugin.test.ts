import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { buildArgs } from "#lib/nx/build-executor.js";
import { createNodes, createNodesV2, type LfadsPluginOptions } from "#lib/nx/index.js";
import init from "#lib/nx/init-generator.js";
import { tinyLfadsfile } from "../cli/run-lfads.js";

let workspaceRoot: string;
beforeEach(() => {
  workspaceRoot = mkdtempSync(join(tmpdir(), "lfads-nx-"));
});
afterEach(() => rmSync(workspaceRoot, { recursive: true, force: true }));

function write(name: string, text: string): void {
  mkdirSync(dirname(join(workspaceRoot, name)), { recursive: true });
  writeFileSync(join(workspaceRoot, name), text);
}

/** A lfadsfile with one collection. `head` are statements before it, `params` members of its setting. */
function lfadsfile({ path = "data", source = 'h5("*.h5", { counts: "spikes", binMs: 1 })', head = "", params = "" }) {
  return `
import { command, datasetCollection, defineLfads, h5, loader, runCollection, runParams, runSpec } from "lfads";
${head}
const datasets = datasetCollection("reach", { path: ${JSON.stringify(path)}, datasets: ${source} });
const setting = runParams({ name: "one", spikeBinMs: 10 });
export default defineLfads({
  collections: [
    runCollection("first", { datasets, runSpecs: [runSpec.all()], params: [setting] }),
    runCollection("second", { datasets, runSpecs: [runSpec.all()], params: [runParams(setting, { ${params} })] }),
  ],
});`;
}

async function projects(lfadsfiles: readonly string[], options?: LfadsPluginOptions) {
  const results = await createNodes[1](lfadsfiles, options, { workspaceRoot });
  return Object.assign({}, ...results.map(([, result]) => result.projects)) as (typeof results)[0][1]["projects"];
}

async function targetsOf(text: string, options?: LfadsPluginOptions) {
  write("packages/a/lfadsfile.ts", text);
  return (await projects(["packages/a/lfadsfile.ts"], options))["packages/a"]!.targets;
}

const fileset = (path: string) => ({ fileset: path, includeIgnored: true });

describe("the plugin for Nx", () => {
  it("is the same under its older name, and finds lfadsfiles of all kinds", () => {
    expect(createNodesV2).toBe(createNodes);
    expect(createNodes[0]).toBe("**/lfadsfile.{ts,mts,js,mjs}");
  });

  it("goes by patterns of recordings that are not there, by imports and by variables, and makes folders", async () => {
    write("packages/a/sizes.ts", "export const size = 1;");
    const head = 'import { size } from "./sizes.js"; const { SUBJECT = size } = process.env;';
    const targets = await targetsOf(
      lfadsfile({ head, source: 'h5(["*.h5", "old/[ab].h5"], { counts: "x", binMs: 1 })' }),
    );
    expect(targets["lfads:build:first"]).toMatchObject({
      command: "lfads build first --records",
      options: { cwd: "packages/a" },
      cache: true,
      outputs: ["{projectRoot}/runs/first", "!{projectRoot}/runs/first/report.html"],
      dependsOn: ["lfads:recordings"],
    });
    expect(targets["lfads:build:first"]!.inputs).toEqual([
      fileset("{projectRoot}/sizes.ts"),
      fileset("{projectRoot}/lfadsfile.ts"),
      // This lfads lies outside of the workspace.
      { runtime: expect.stringMatching(/^node ".*main\.js" -C "packages\/a" inputs --digest$/) },
      { env: "SUBJECT" },
      { externalDependencies: [] },
      fileset("{projectRoot}/data/*.h5"),
      fileset("{projectRoot}/data/**/*"),
    ]);
    expect(targets["lfads:recordings"]).toMatchObject({
      command: "lfads build reach --records",
      outputs: ["{projectRoot}/.lfads/datasets/reach"],
    });
  });

  it("goes by loaders with what they import, by scripts and files of commands, and by packages as they are installed", async () => {
    write("node_modules/lfads/package.json", "{}");
    write("node_modules/d3-array/package.json", '{ "main": "index.js" }');
    write("node_modules/d3-array/index.js", "export const sum = 1;");
    write(
      "packages/a/load.ts",
      'import { cut } from "./cut.js"; import { sum } from "d3-array"; export default () => [cut, sum];',
    );
    write("packages/a/cut.ts", "export const cut = 1;");
    const loaded = await targetsOf(
      lfadsfile({ source: 'loader("./load.ts", { datasets: "*.csv", files: "electrodes.csv" })' }),
    );
    expect(loaded["lfads:build"]!.inputs).toEqual([
      fileset("{projectRoot}/lfadsfile.ts"),
      fileset("{workspaceRoot}/node_modules/lfads/package.json"),
      { externalDependencies: [] },
      fileset("{projectRoot}/data/*.csv"),
      fileset("{projectRoot}/electrodes.csv"),
      fileset("{projectRoot}/cut.ts"),
      fileset("{workspaceRoot}/node_modules/d3-array/package.json"),
      fileset("{projectRoot}/load.ts"),
    ]);
    expect(loaded["lfads:recordings"]!.outputs).toContain("{projectRoot}/.lfads/recordings/reach");
    write("packages/a/prep.py", "");
    const source =
      'command("python prep.py {file} {out}", { datasets: { s1: ["raw/1.bin"] }, inputs: "map.json", counts: "x", binMs: 1 })';
    const made = await targetsOf(lfadsfile({ source, head: 'import { sum } from "d3-array"; void sum;' }));
    expect(made["lfads:build"]!.inputs).toEqual([
      fileset("{projectRoot}/lfadsfile.ts"),
      fileset("{workspaceRoot}/node_modules/lfads/package.json"),
      fileset("{workspaceRoot}/node_modules/d3-array/package.json"),
      { externalDependencies: [] },
      fileset("{projectRoot}/data/raw/1.bin"),
      fileset("{projectRoot}/map.json"),
      fileset("{projectRoot}/prep.py"),
    ]);
  });

  it("takes recordings elsewhere in the workspace as files, and those outside, or all for an older Nx, by their digest", async () => {
    write("node_modules/lfads/package.json", "{}");
    const digest = { runtime: 'node "node_modules/lfads/dist/lib/cli/main.js" -C "packages/a" inputs --digest' };
    const inputs = async (path: string) => (await targetsOf(lfadsfile({ path })))["lfads:build"]!.inputs;
    expect(await inputs("../../data")).toContainEqual(fileset("{workspaceRoot}/data/*.h5"));
    expect(await inputs("../../../data")).toContainEqual(digest);
    write("node_modules/nx/package.json", '{ "version": "22.6.1" }');
    expect(await inputs("data")).toEqual([
      { fileset: "{projectRoot}/lfadsfile.ts" },
      digest,
      { externalDependencies: [] },
    ]);
  });

  it("has an older Nx, which cannot leave a page out where there are links, keep the whole folder of a collection", async () => {
    write("node_modules/nx/package.json", '{ "version": "21.6.11" }');
    const targets = await targetsOf(lfadsfile({}));
    expect(targets["lfads:build:second"]!.outputs).toEqual(["{projectRoot}/runs/second"]);
  });

  it("makes a collection wait for those that its runs start from, and a package for those whose results it reads", async () => {
    write("packages/a/package.json", '{ "name": "@lab/a" }');
    write("packages/a/lfadsfile.ts", lfadsfile({ params: 'seed: 2, initFrom: "first/one"' }));
    write(
      "packages/b/lfadsfile.ts",
      lfadsfile({ path: "../a/runs/first", source: 'h5("*/all/*.h5", { counts: "train_data", binMs: 10 })' }),
    );
    const found = await projects(["packages/a/lfadsfile.ts", "packages/b/lfadsfile.ts"]);
    expect(found["packages/a"]!.targets["lfads:build:second"]!.dependsOn).toEqual([
      "lfads:recordings",
      "lfads:build:first",
    ]);
    expect(found["packages/b"]).toMatchObject({ name: "b", implicitDependencies: ["@lab/a"] });
    expect(found["packages/b"]!.targets["lfads:build:first"]).toMatchObject({
      dependsOn: ["lfads:recordings", { projects: ["@lab/a"], target: "lfads:build" }],
      inputs: expect.arrayContaining([{ dependentTasksOutputFiles: "**/*", transitive: false }]),
    });
  });

  it("is not cached where the results lie outside the workspace", async () => {
    const targets = await targetsOf(lfadsfile({}).replace("collections: [", 'root: "../../../runs", collections: ['));
    expect(targets["lfads:build:first"]).toMatchObject({ cache: false, outputs: [] });
  });

  it("runs a script of its name that builds with records, cached as its own, and leaves other scripts to Nx", async () => {
    const script = (text: string) => JSON.stringify({ name: "a", scripts: { "lfads:build": text } });
    write("packages/a/package.json", script("lfads -v build --records"));
    const { command, ...build } = (await targetsOf(lfadsfile({})))["lfads:build"]!;
    expect(command).toBeUndefined();
    expect(build).toMatchObject({
      executor: "nx:run-script",
      options: { script: "lfads:build" },
      cache: true,
      dependsOn: ["lfads:recordings"],
    });
    write("packages/a/package.json", script("lfads build"));
    expect((await targetsOf(lfadsfile({})))["lfads:build"]).toMatchObject({ command: "lfads build --records" });
  });

  it("takes names, a choice of collections, arguments and inputs from its options", async () => {
    const options = {
      buildTargetName: "models",
      recordingsTargetName: "data",
      statusTargetName: "models-status",
      auditTargetName: "models-audit",
      reportTargetName: "models-report",
      collectionTargets: ["sec*"],
      buildArgs: "--jobs 2",
      inputs: [{ env: "LAB" }],
    };
    const targets = await targetsOf(tinyLfadsfile().replace('"stitched"', '"second"'), options);
    expect(Object.keys(targets)).toEqual([
      "data",
      "models",
      "models:second",
      "models-status",
      "models-audit",
      "models-report",
    ]);
    expect(targets.models).toMatchObject({ command: "lfads build --records --jobs 2", dependsOn: ["data"] });
    expect(targets.models!.inputs).toContainEqual({ env: "LAB" });
    expect(targets["models-audit"]!.command).toBe("lfads build --records --jobs 2 && lfads audit");
    expect(Object.keys(await targetsOf(tinyLfadsfile(), { collectionTargets: false }))).not.toContain(
      "lfads:build:single",
    );
  });

  it("says all that is wrong with its options", async () => {
    const options = { buildTarget: "models", collectionTargets: "single", buildArgs: ["--jobs"], inputs: {} };
    await expect(projects([], options as unknown as LfadsPluginOptions)).rejects.toThrow(
      [
        "nx.json › plugins › lfads/nx › options: Unknown option buildTarget; there are buildTargetName, recordingsTargetName, " +
          "statusTargetName, auditTargetName, reportTargetName, collectionTargets, buildArgs, inputs.",
        "nx.json › plugins › lfads/nx › options: collectionTargets is true, false or a list of names and globs.",
        "nx.json › plugins › lfads/nx › options: buildArgs is a text.",
        "nx.json › plugins › lfads/nx › options: inputs is a list.",
      ].join("\n"),
    );
  });

  it("has targets that fail for a lfadsfile that cannot be read, says why once, and infers the others", async () => {
    const write_ = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    write("packages/a/lfadsfile.ts", tinyLfadsfile("c_gen_dims: 3"));
    write("packages/b/lfadsfile.ts", tinyLfadsfile());
    write("packages/c/lfadsfile.ts", "export default {");
    const found = await projects(["packages/a/lfadsfile.ts", "packages/b/lfadsfile.ts", "packages/c/lfadsfile.ts"]);
    const told = write_.mock.calls.map(([text]) => text);
    write_.mockRestore();
    expect(Object.keys(found["packages/b"]!.targets)).toContain("lfads:build:stitched");
    expect(found["packages/a"]!.targets["lfads:build"]).toEqual({
      command: "lfads build",
      options: { cwd: "packages/a" },
      metadata: {
        technologies: ["lfads"],
        description: expect.stringMatching(/Unknown parameter c_gen_dims: did you mean/),
      },
    });
    expect(told).toEqual([
      expect.stringMatching(
        /^\npackages\/a\/lfadsfile\.ts cannot be read, so the targets of its collections are missing:\n.*c_gen_dims/,
      ),
      expect.stringMatching(/^\npackages\/c\/lfadsfile\.ts cannot be read/),
    ]);
  });

  it("takes of two lfadsfiles in a folder the one that lfads takes", async () => {
    write("lfadsfile.mjs", "nonsense(");
    write("lfadsfile.ts", tinyLfadsfile());
    write("package.json", '{ "name": "whole" }');
    const results = await createNodes[1](["lfadsfile.mjs", "lfadsfile.ts"], undefined, { workspaceRoot });
    expect(results.map(([file]) => file)).toEqual(["lfadsfile.ts"]);
    expect(results[0]![1].projects["."]!.targets["lfads:build:single"]!.outputs).toContain("{projectRoot}/runs/single");
  });
});

it("the executor says on the command line what its options say", () => {
  expect(buildArgs({})).toEqual(["build", "--records", "--"]);
  const all = { labels: ["a", ":train"], lfadsfile: "b.ts", jobs: 2, memory: "4GB", keepGoing: true, explain: true };
  expect(buildArgs(all).join(" ")).toBe(
    "--file b.ts build --records --jobs 2 --memory 4GB --keep-going --explain -- a :train",
  );
});

describe("the generator", () => {
  function tree(files: Record<string, string>) {
    return {
      root: "/lab",
      files,
      exists: (path: string) => path in files,
      read: (path: string) => files[path] ?? null,
      write: (path: string, text: string) => {
        files[path] = text;
      },
    };
  }

  it("adds the plugin and ignored folders to what is there, comments kept", () => {
    const { files, ...made } = tree({
      "nx.json": '{\n  // ours\n  "plugins": [{ "plugin": "@nx/vite" }]\n}\n',
      "packages/a/.gitignore": "dist\nruns",
      "packages/a/package.json": "{}",
    });
    init(made, { directory: "packages/a" });
    expect(files["nx.json"]).toContain("// ours");
    expect(JSON.parse(files["nx.json"]!.replace("// ours", ""))).toEqual({
      plugins: [{ plugin: "@nx/vite" }, "lfads/nx"],
    });
    expect(files["packages/a/.gitignore"]).toBe("dist\nruns\n.lfads/\ndatasets/\n");
    expect(files["packages/a/lfadsfile.ts"]).toContain("defineLfads(");
    expect(Object.keys(files)).toHaveLength(4);
  });

  it("takes a folder from where it is run, and none outside the workspace", () => {
    vi.stubEnv("INIT_CWD", "/lab/packages");
    const { files, ...made } = tree({ "nx.json": "{}" });
    init(made, { directory: "a" });
    init(made, { directory: "/lab/b" });
    expect(Object.keys(files)).toEqual(expect.arrayContaining(["packages/a/lfadsfile.ts", "b/lfadsfile.ts"]));
    expect(() => init(made, { directory: "../../else" })).toThrow("../../else is outside the workspace /lab.");
    vi.stubEnv("INIT_CWD", "/home/me");
    init(made, { directory: "c" });
    vi.unstubAllEnvs();
    expect(Object.keys(files)).toContain("c/lfadsfile.ts");
  });

  it("leaves a lfadsfile and a plugin that are there alone", () => {
    const { files, ...made } = tree({ "nx.json": '{ "plugins": [{ "plugin": "lfads/nx" }] }', "a/lfadsfile.mts": "" });
    expect(() => init(made, { directory: "a" })).toThrow("There is a lfadsfile already: a/lfadsfile.mts.");
    init(made, { directory: "b" });
    expect(files["nx.json"]).toBe('{ "plugins": [{ "plugin": "lfads/nx" }] }');
    expect(files["b/project.json"]).toBe('{\n  "name": "b"\n}\n');
  });
});
