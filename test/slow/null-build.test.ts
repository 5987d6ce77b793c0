import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { ownLfadsfile, record } from "../bad-input/own-recordings.js";
import { inFolder, lfads, lfadsMain } from "../cli/run-lfads.js";

it("a build with nothing to do loads nothing that it does not need, and writes nothing", async () => {
  await inFolder(ownLfadsfile(), async (dir) => {
    await record(dir, "a");
    // The modules as they were compiled, before they are joined.
    const main = fileURLToPath(new URL("../../out/lib/cli/main.js", import.meta.url));
    expect(modulesOf(dir, main, "build")).toContain("out/lib/build/local-executor.js");
    // What is younger than the state is looked at once more.
    modulesOf(dir, main, "build");

    const before = stamps(dir);
    const loaded = modulesOf(dir, main, "build");
    expect(stamps(dir)).toEqual(before);

    // The command line, and the recordings that the lfadsfile's pattern names.
    const needed = ["commander", "tiny-glob", "globrex", "globalyzer"].map((name) => `node_modules/${name}`);
    const packages = [...loaded].filter((path) => path.startsWith("node_modules/"));
    expect(packages.filter((path) => !needed.includes(path))).toEqual([]);
    expect(loaded).toContain("out/lib/cli/commands/build.js");
    const unneeded =
      /rules\/(index|train|export|posterior|results)\.js|lib\/(hdf5|metrics)\/|lib\/engine\/(?!engine-version)|cacache-store|execute-|local-executor|publish|staging|validate-definition|live-view/;
    expect([...loaded].filter((path) => unneeded.test(path))).toEqual([]);
  });
});

it("what a build with nothing to do needs lies in one file", async () => {
  await inFolder(ownLfadsfile(), async (dir) => {
    await record(dir, "a");
    expect(lfads(dir, "build").code).toBe(0);
    expect(lfads(dir, "build").out).toMatch(/^All 10 targets are fresh\.\n/);
    const loaded = [...modulesOf(dir, lfadsMain, "build")].filter((path) => !path.startsWith("node_modules/")).sort();
    const names = loaded.map((path) => path.replace(/^dist\//, "").replace(/-[\w-]{8}\.js$/, ""));
    // All but start only say where in it their exports are.
    expect(names).toEqual([
      "chunks/build",
      "chunks/lib",
      "chunks/run-cli",
      "chunks/start",
      "lib/cli/main.js",
      "lib/index.js",
    ]);
  });
});

/** The project's and its packages' modules that a command loads, as V8 has seen them; of a package its folder. */
function modulesOf(dir: string, main: string, ...args: readonly string[]): Set<string> {
  const coverage = mkdtempSync(join(tmpdir(), "lfads-coverage-"));
  try {
    const env = { ...process.env, NODE_V8_COVERAGE: coverage };
    const { status } = spawnSync(process.execPath, [main, ...args], { cwd: dir, env, encoding: "utf8" });
    expect(status).toBe(0);
    const scripts = readdirSync(coverage).flatMap((name) => {
      const { result } = JSON.parse(readFileSync(join(coverage, name), "utf8")) as { result: { url: string }[] };
      return result.map(({ url }) => url);
    });
    const root = new URL("../../", import.meta.url).href;
    const own = scripts.filter((url) => url.startsWith(root)).map((url) => url.slice(root.length));
    return new Set(own.map((path) => /^node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path));
  } finally {
    rmSync(coverage, { recursive: true, force: true });
  }
}

/** Path → when it was changed, of all that is in a folder. */
function stamps(dir: string): Map<string, bigint> {
  const paths = (readdirSync(dir, { recursive: true }) as string[]).sort();
  return new Map(paths.map((path) => [path, statSync(join(dir, path), { bigint: true }).ctimeNs]));
}
