/** What a build's outcome depends on outside the store: the lfadsfile as it is meant, and its recordings. */
import { existsSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
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
  /** What loaders and commands make recordings of; their code, too, under its own path. */
  readonly inputs: ReadonlyMap<string, FileStamp | undefined>;
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
    const none = { recordings: new Map(), inputs: new Map() };
    return { loaded: false, meaning: JSON.stringify(file.error), ...none, folders: [dir], dir };
  }
  const dir = dirname(file.value);
  const project = await loadProject(file.value);
  const folders = new Set([dir, ...bundledFiles(file.value, cacheOf(file.value)).map((path) => dirname(path))]);
  const recordings = new Map<string, FileStamp | undefined>();
  const inputs = new Map<string, FileStamp | undefined>();
  for (const { datasets: set } of project.ok ? project.value.collections : []) {
    for (const { file: recording, source, maker } of set.candidates ?? set.datasets) {
      for (const input of maker?.inputs ?? []) {
        // Loading the project has bundled the code again where it changed.
        const path = input.name === "code" ? resolve(dir, input.as) : input.file;
        if (input.name === "code" && !inputs.has(path))
          for (const source of bundledFiles(path, dirname(input.file))) folders.add(dirname(source));
        inputs.set(path, readableStamp(input.file));
        folders.add(dirname(path));
      }
      if (isGenerated(source) || maker) continue;
      recordings.set(recording, readableStamp(recording));
      folders.add(set.path).add(dirname(recording));
    }
  }
  const meaning = JSON.stringify(project.ok ? project.value : project.error);
  const known = [...folders].filter((folder) => existsSync(folder));
  return { loaded: project.ok, meaning, recordings, inputs, folders: known, dir };
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
  const [old, files] = [filesOf(before), filesOf(now)];
  for (const [path, stamp] of files) {
    const name = relative(now.dir, path);
    if (!old.has(path)) return `${name} is new`;
    if (JSON.stringify(old.get(path)) !== JSON.stringify(stamp)) return `${name} changed`;
  }
  for (const path of old.keys()) if (!files.has(path) && !existsSync(path)) return `${relative(now.dir, path)} is gone`;
  return before.meaning === now.meaning ? undefined : "the lfadsfile changed";
}

function filesOf({ recordings, inputs }: ProjectSight): ProjectSight["recordings"] {
  return new Map([...recordings, ...inputs]);
}
