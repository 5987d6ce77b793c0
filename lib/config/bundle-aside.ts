import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder for a lfadsfile's bundle outside of the project, which finds its packages; it goes when the process ends. */
export function bundleAside(file: string): string {
  const folder = mkdtempSync(join(tmpdir(), "lfads-bundle-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const modules = packagesOf(dirname(file));
  if (modules) symlinkSync(modules, join(folder, "node_modules"));
  return folder;
}

function packagesOf(dir: string): string | undefined {
  const modules = join(dir, "node_modules");
  if (existsSync(modules)) return modules;
  return dirname(dir) === dir ? undefined : packagesOf(dirname(dir));
}
