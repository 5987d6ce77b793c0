import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { Failure } from "#lib/failure.js";
import { err, ok, type Result } from "#lib/result.js";

/** The folders of RunCollections: `folder` itself, or those in it. */
export function findCollections(folder: string): Result<readonly string[], Failure> {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    return err({ kind: "usage", what: "There is no such folder.", where: folder });
  }
  if (isCollection(folder)) return ok([folder]);
  const inside = foldersIn(folder).map((name) => join(folder, name));
  const found = inside.filter(isCollection);
  if (found.length > 0) return ok(found);
  const above = /^(param|data)_[\w-]{6}$/.test(basename(folder)) || foldersIn(folder).includes("lfadsOutput");
  const hint = above
    ? "It is part of one: name the folder that summary.txt and the param_… folders are in."
    : "Name the folder of a RunCollection, which has summary.txt and a param_… folder for each setting, or the folder that such are in.";
  return err({ kind: "usage", what: "This is no tree of the Run Manager.", where: folder, hint });
}

/** By code units; links are followed. */
export function foldersIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isDirectory())
    .sort();
}

function isCollection(folder: string): boolean {
  return foldersIn(folder).some((name) => /^param_[\w-]{6}$/.test(name));
}
