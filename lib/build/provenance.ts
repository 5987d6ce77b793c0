import { execFile } from "node:child_process";
import { hostname } from "node:os";
import { promisify } from "node:util";
import type { Provenance } from "./action-record.js";

export type Surroundings = Pick<Provenance, "host" | "platform" | "node" | "versions" | "git" | "person">;

/** What a result may depend on outside the graph: machine, versions, the repository around the lfadsfile. */
export async function surroundings(dir: string, versions: Readonly<Record<string, string>>): Promise<Surroundings> {
  return {
    host: hostname(),
    platform: `${process.platform}-${process.arch}`,
    node: process.version,
    versions,
    git: await gitState(dir),
    person: (await git(dir, "config", "user.name").catch(() => "")) || null,
  };
}

/** Dirty: a tracked file differs from the commit. Null without a repository, a commit or git. */
async function gitState(dir: string): Promise<Provenance["git"]> {
  try {
    const commit = await git(dir, "rev-parse", "HEAD");
    return { commit, dirty: (await git(dir, "status", "--porcelain", "--untracked-files=no")) !== "" };
  } catch {
    return null;
  }
}

async function git(dir: string, ...args: string[]): Promise<string> {
  return (await promisify(execFile)("git", ["-C", dir, ...args])).stdout.trim();
}
