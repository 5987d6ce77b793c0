/** Paths as Nx writes them. */
import { existsSync, realpathSync } from "node:fs";
import { dirname, join, relative } from "node:path";

export interface NxPlace {
  readonly workspaceRoot: string;
  /** Of the project, from the workspace's root; `.` where they are the same. */
  readonly root: string;
}

/** `{projectRoot}/…` or `{workspaceRoot}/…`; undefined outside the workspace. */
export function nxPath({ workspaceRoot, root }: NxPlace, path: string): string | undefined {
  const inProject = relative(join(workspaceRoot, root), path);
  if (isInside(inProject)) return `{projectRoot}/${inProject}`;
  const inWorkspace = relative(workspaceRoot, path);
  return isInside(inWorkspace) ? `{workspaceRoot}/${inWorkspace}` : undefined;
}

/** A path as a glob; what would mean something in a glob stands for any one character. */
export function asGlob(path: string): string {
  return path.replace(/[*?[\]{}()!+@]/g, "?");
}

/** The folder of an installed package, as Node finds it from `dir`, links not followed. */
export function packageFolder(dir: string, name: string): string | undefined {
  const folder = join(dir, "node_modules", name);
  if (existsSync(join(folder, "package.json"))) return folder;
  return dirname(dir) === dir ? undefined : packageFolder(dirname(dir), name);
}

/** Where a package of the workspace has its sources; undefined for one that is installed. */
export function sourceFolder(workspaceRoot: string, folder: string): string | undefined {
  const real = realpathSync(folder);
  const inWorkspace = relative(realpathSync(workspaceRoot), real);
  return isInside(inWorkspace) && !inWorkspace.split("/").includes("node_modules")
    ? join(workspaceRoot, inWorkspace)
    : undefined;
}

function isInside(path: string): boolean {
  return path !== "" && path !== ".." && !path.startsWith("../") && !path.startsWith("/");
}
