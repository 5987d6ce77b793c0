import { execFile } from "node:child_process";
import { hostname } from "node:os";
import { promisify } from "node:util";
import type { Provenance } from "./action-record.js";

export type Surroundings = Pick<Provenance, "host" | "platform" | "node" | "versions" | "git">;

/** What a result may depend on outside the graph: machine, versions, the repository around the lfadsfile. */
export async function surroundings(dir: string, versions: Readonly<Record<string, string>>): Promise<Surroundings> {
  return {
    host: hostname(),
    platform: `${process.platform}-${process.arch}`,
    node: process.version,
    versions,
    git: await gitState(dir),
  };
}

/** Dirty: a tracked file differs from the commit. Null without a repository, a commit or git. */
async function gitState(dir: string): Promise<Provenance["git"]> {
  const git = async (...args: string[]) => (await promisify(execFile)("git", ["-C", dir, ...args])).stdout.trim();
  try {
    const commit = await git("rev-parse", "HEAD");
    return { commit, dirty: (await git("status", "--porcelain", "--untracked-files=no")) !== "" };
  } catch {
    return null;
  }
}
