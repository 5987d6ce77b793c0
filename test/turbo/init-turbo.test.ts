import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readJson } from "#lib/edit-json.js";
import { inFolder, lfads, tinyLfadsfile } from "../cli/run-lfads.js";

const tasksOf = (text: string) => (readJson(text) as { value: { tasks: unknown } }).value.tasks;
const done = (out: string) => ({ code: 0, err: "", out: `${out} Now: npx turbo run lfads:build\n` });

it("adds the task to what is there, comments and formatting kept, and nothing when all is there", () => {
  inFolder(undefined, (root) => {
    const at = (name: string) => join(root, "packages/a", name);
    const read = (name: string) => readFileSync(at(name), "utf8");
    mkdirSync(at("."), { recursive: true });
    writeFileSync(join(root, "turbo.json"), '{ "tasks": {} }');
    writeFileSync(at("package.json"), '{\n\t"name": "a",\n\t"scripts": { "lint": "biome check" }\n}\n');
    const lint = '"lint": {"cache": false}, // quick';
    writeFileSync(at("turbo.json"), `{\n\t"extends": ["//"],\n\t// ours\n\t"tasks": {\n\t\t${lint}\n\t}\n}\n`);
    writeFileSync(at("lfadsfile.ts"), tinyLfadsfile("seed: process.env.QUICK ? 1 : 2"));
    expect(lfads(at("."), "init", "--turbo")).toEqual(done("Wrote package.json, turbo.json."));
    expect(read("package.json")).toBe(
      '{\n\t"name": "a",\n\t"scripts": { "lint": "biome check", "lfads:build": "lfads build --records" }\n}\n',
    );
    const edited = read("turbo.json");
    expect(
      edited.startsWith(`{\n\t"extends": ["//"],\n\t// ours\n\t"tasks": {\n\t\t"lint": {"cache": false}, // quick\n`),
    ).toBe(true);
    expect(tasksOf(edited)).toEqual({
      lint: { cache: false },
      "lfads:build": {
        inputs: [
          "$TURBO_DEFAULT$",
          "!.lfads/**",
          "!runs/single/**",
          "!runs/stitched/**",
          "!datasets/dataset001.h5",
          "!datasets/dataset002.h5",
        ],
        outputs: [
          "runs/single/**",
          "runs/stitched/**",
          ".lfads/datasets/tiny/**",
          "datasets/dataset001.h5",
          "datasets/dataset002.h5",
          "!runs/single/report.html",
          "!runs/stitched/report.html",
        ],
        env: ["QUICK"],
        passThroughEnv: ["CUDA_VISIBLE_DEVICES", "SLURM_*"],
      },
    });
    expect(lfads(at("."), "init", "--turbo")).toEqual(done("Everything is there already."));
    expect(read("turbo.json")).toBe(edited);
    // An own input stays, and what is missing comes to it.
    writeFileSync(at("turbo.json"), '{ "extends": ["//"], "tasks": { "lfads:build": { "env": ["LAB"] } } }');
    expect(lfads(at("."), "init", "--turbo")).toEqual(done("Wrote turbo.json."));
    expect(JSON.parse(read("turbo.json")).tasks["lfads:build"].env).toEqual(["LAB", "QUICK"]);
  });
});

it("makes a root task in the root of a monorepo, and writes a lfadsfile where there is none", () => {
  inFolder(undefined, (root) => {
    writeFileSync(join(root, "turbo.json"), '{ "tasks": {} }');
    writeFileSync(join(root, "package.json"), '{ "workspaces": ["packages/*"] }');
    expect(lfads(root, "init", "--turbo")).toEqual(done("Wrote lfadsfile.ts, package.json, turbo.json."));
    expect(Object.keys(JSON.parse(readFileSync(join(root, "turbo.json"), "utf8")).tasks)).toEqual(["//#lfads:build"]);
  });
});

it("says all that is missing of a package of a Turborepo, and writes nothing then", () => {
  inFolder(undefined, (dir) => {
    expect(lfads(dir, "init", "--turbo")).toEqual({
      code: 2,
      out: "",
      err: `error: There is no turbo.json of a workspace in ${dir} or a folder above it.
  Write one, at least { "tasks": {} }, in the root of the workspace.
error: There is no package.json in ${dir}: Turbo runs scripts of packages.
  npm init writes one.
`,
    });
    writeFileSync(join(dir, "turbo.json"), '{ "tasks": {} }');
    const at = (name: string) => join(dir, "a", name);
    mkdirSync(at("."));
    writeFileSync(at("package.json"), "{}");
    writeFileSync(at("turbo.json"), '{\n  "extends": ["//"]\n  "tasks": {}\n}');
    expect(lfads(at("."), "init", "--turbo")).toEqual({
      code: 2,
      out: "",
      err: `error: ${at("turbo.json")}: It is no JSON: CommaExpected in line 3.\n`,
    });
    expect(readFileSync(at("package.json"), "utf8")).toBe("{}");
  });
});
