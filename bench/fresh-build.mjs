import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const lfads = fileURLToPath(new URL("../dist/lib/cli/main.js", import.meta.url));

/**
 * Builds the lfadsfile of a folder from nothing, or with `--go-on` from what an earlier build has left; progress goes to
 * standard error.
 * @param folder `alm/`, say, beside this file.
 * @param env Variables that the lfadsfile reads.
 * @returns Its runs as `lfads status --results --json` tells them, each with its folder `dir`.
 */
export function freshBuild(folder, env = {}) {
  const cwd = fileURLToPath(new URL(folder, import.meta.url));
  const goOn = process.argv.includes("--go-on");
  for (const made of goOn ? [] : ["runs", "datasets", ".lfads"])
    rmSync(join(cwd, made), { recursive: true, force: true });
  const run = (args, stdout) =>
    spawnSync(process.execPath, [lfads, ...args], {
      cwd,
      env: { ...process.env, ...env },
      encoding: "utf8",
      stdio: ["ignore", stdout, "inherit"],
    });
  const { status } = run(["build"], "inherit");
  if (status !== 0) process.exit(status ?? 1);
  const runs = JSON.parse(run(["status", "--results", "--json"], "pipe").stdout);
  return runs.map((each) => ({ ...each, dir: join(cwd, "runs", each.label) }));
}
