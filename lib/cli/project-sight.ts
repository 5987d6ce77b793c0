/** What a build's outcome depends on outside the store: the lfadsfile as it is meant, and its recordings. */
import { existsSync } from "node:fs";
import { dirname, relative } from "node:path";
import { type FileStamp, stampOf } from "#lib/build/file-digest.js";
import { bundledFiles } from "#lib/config/bundle-module.js";
import { cacheOf } from "#lib/config/load-definition.js";
import { loadProject } from "#lib/config/load-project.js";
import { isGenerated } from "#lib/sources/source-spec.js";
import type { CommandContext } from "./command-context.js";
import { lfadsfileOf } from "./lfadsfile-of.js";

export interface ProjectSight {
  /** False when there is something wrong with the lfadsfile. */
  readonly loaded: boolean;
  /** The project, or what is wrong with it, as text. */
  readonly meaning: string;
  readonly recordings: ReadonlyMap<string, FileStamp | undefined>;
  /** Where changes can happen: folders of the lfadsfile, of what it imports, and of recordings. */
  readonly folders: readonly string[];
  /** Paths in messages are relative to this. */
  readonly dir: string;
}

/** Loads the lfadsfile afresh where anything that it is made of has changed, and looks for recordings again. */
export async function lookAtProject(context: CommandContext): Promise<ProjectSight> {
  const file = lfadsfileOf(context);
  if (!file.ok) {
    const { dir } = context;
    return { loaded: false, meaning: JSON.stringify(file.error), recordings: new Map(), folders: [dir], dir };
  }
  const dir = dirname(file.value);
  const project = await loadProject(file.value);
  const folders = new Set([dir, ...bundledFiles(file.value, cacheOf(file.value)).map((path) => dirname(path))]);
  const recordings = new Map<string, FileStamp | undefined>();
  for (const { datasets: set } of project.ok ? project.value.collections : []) {
    for (const { file: recording, source } of set.datasets) {
      if (isGenerated(source)) continue;
      recordings.set(recording, readableStamp(recording));
      folders.add(set.path).add(dirname(recording));
    }
  }
  const meaning = JSON.stringify(project.ok ? project.value : project.error);
  return { loaded: project.ok, meaning, recordings, folders: [...folders].filter((folder) => existsSync(folder)), dir };
}

/** What cannot be looked at is told by the build. */
function readableStamp(path: string): FileStamp | undefined {
  try {
    return stampOf(path);
  } catch {
    return undefined;
  }
}

/** `data/b.h5 is new`; undefined when nothing that counts has changed. */
export function changeBetween(before: ProjectSight, now: ProjectSight): string | undefined {
  if (before.loaded !== now.loaded) return "the lfadsfile changed";
  for (const [path, stamp] of now.recordings) {
    const name = relative(now.dir, path);
    if (!before.recordings.has(path)) return `${name} is new`;
    if (JSON.stringify(before.recordings.get(path)) !== JSON.stringify(stamp)) return `${name} changed`;
  }
  for (const path of before.recordings.keys())
    if (!now.recordings.has(path) && !existsSync(path)) return `${relative(now.dir, path)} is gone`;
  return before.meaning === now.meaning ? undefined : "the lfadsfile changed";
}
