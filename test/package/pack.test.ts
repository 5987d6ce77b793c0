import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { tinyLfadsfile } from "../cli/run-lfads.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "lfads-pack-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command in the folder as a user would and gives its standard output. */
function run(cwd: string, command: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}\n${stdout}\n${stderr}`);
  return stdout;
}

/** Packs what the build made; the tarball goes into an otherwise empty folder and is installed there. */
beforeAll(() => {
  run(root, "npm", "pack", "--ignore-scripts", "--pack-destination", folder);
  const [tarball] = readdirSync(folder);
  writeFileSync(join(folder, "package.json"), '{ "private": true }');
  run(folder, "npm", "install", "--omit=dev", join(folder, tarball!));
});

it("the packed package, installed elsewhere, starts a project that loads", () => {
  expect(run(folder, "npx", "lfads", "init")).toBe("Wrote lfadsfile.ts. Now: npx lfads build\n");
  expect(run(folder, "npx", "lfads", "build", "--dry-run")).toMatch(/^\d+ targets: /m);
});

it("builds with it, and has nothing to do the second time", () => {
  writeFileSync(join(folder, "lfadsfile.ts"), tinyLfadsfile());
  const first = run(folder, "npx", "lfads", "build");
  expect(first).toMatch(/^Built in /);
  expect(first).toMatch(/^single\n {2}param_.*\n {2}param_[\w-]{6}\/single_dataset001 .* c_factors_dim 3 /m);
  const second = run(folder, "npx", "lfads", "build");
  expect(second).toMatch(/^All \d+ targets are fresh\.\n$/);
  expect(run(folder, "npx", "lfads", "status", "--results")).toBe(first.slice(first.indexOf("\n\n") + 2));
});

it("has the plugin for Nx, and the files of its executor and generator", () => {
  const script = `
    const { dirname, join } = require("node:path");
    const manifest = require.resolve("lfads/package.json");
    const found = ["executors", "generators"].flatMap((kind) => {
      const list = join(dirname(manifest), require(manifest)[kind]);
      return Object.entries(require(list)[kind]).map(([name, { implementation, factory, schema }]) => {
        require(join(dirname(list), schema));
        return name + " " + typeof require(join(dirname(list), implementation ?? factory)).default;
      });
    });
    console.log([...found, ...Object.keys(require("lfads/nx"))].join(", "));`;
  expect(run(folder, "node", "-e", script)).toBe("build function, init function, createNodes, createNodesV2, name\n");
});
