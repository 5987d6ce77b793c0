import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { Failure } from "#lib/failure.js";
import { namesIn } from "#lib/names-in.js";
import { err, ok, type Result } from "#lib/result.js";

/** The folders of RunCollections: `folder` itself, or those in it. Throws where it cannot be read. */
export function findCollections(folder: string): Result<readonly string[], Failure> {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    return err({ kind: "usage", what: "There is no such folder.", where: folder });
  }
  readdirSync(folder);
  if (isCollection(folder)) return ok([folder]);
  const inside = foldersIn(folder).map((name) => join(folder, name));
  const found = inside.filter(isCollection);
  if (found.length > 0) return ok(found);
  const above = /^(param|data)_[\w-]{6}$/.test(basename(folder)) || foldersIn(folder).includes("lfadsOutput");
  if (!above && hasEarlyRuns(folder)) {
    const what = "These runs are in folders as the Run Manager made them before its version 3, and cannot be imported.";
    const hint = "Later ones have a folder param_<HASH> for each setting, by which values are confirmed.";
    return err({ kind: "usage", what, where: folder, hint });
  }
  const hint = above
    ? "It is part of one: name the folder that summary.txt and the param_… folders are in."
    : "Name the folder of a RunCollection, which has summary.txt and a param_… folder for each setting, or the folder that such are in.";
  return err({ kind: "usage", what: "This is no tree of the Run Manager.", where: folder, hint });
}

/** By code units; links are followed. None where they cannot be read. */
export function foldersIn(folder: string): string[] {
  return namesIn(folder).filter((name) => isFolder(join(folder, name)));
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** A collection's folders of runs, or those of several, without a setting's folder between. */
function hasEarlyRuns(folder: string): boolean {
  const below = foldersIn(folder).map((name) => join(folder, name));
  const runs = [...below, ...below.flatMap((each) => foldersIn(each).map((name) => join(each, name)))];
  return runs.some((run) => isFolder(join(run, "lfadsOutput")));
}

function isCollection(folder: string): boolean {
  return foldersIn(folder).some((name) => /^param_[\w-]{6}$/.test(name));
}
