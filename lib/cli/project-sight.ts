/** What a build's outcome depends on outside the store: the lfadsfile as it is meant, and its recordings. */
import { existsSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { type FileStamp, stampOf } from "#lib/build/file-digest.js";
import { bundledFiles } from "#lib/config/bundle-module.js";
import { lfadsfileNames } from "#lib/config/find-lfadsfile.js";
import { cacheOf } from "#lib/config/load-definition.js";
import { loadProject } from "#lib/config/load-project.js";
import { isGenerated } from "#lib/sources/source-spec.js";
import type { CommandContext } from "./command-context.js";
import { lfadsfileOf } from "./lfadsfile-of.js";

/** By path; undefined for what cannot be looked at, of which the build tells. */
type Stamps = ReadonlyMap<string, FileStamp | undefined>;

export interface ProjectSight {
  /** False when there is something wrong with the lfadsfile. */
  readonly loaded: boolean;
  /** The project, or what is wrong with it, as text. */
  readonly meaning: string;
  readonly recordings: Stamps;
  /** What loaders and commands make recordings of. */
  readonly inputs: Stamps;
  /** Bundles of loaders: what their code means. */
  readonly bundles: Stamps;
  /** The lfadsfile, loaders, and what they import, of which a change may mean nothing. */
  readonly sources: Stamps;
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
    const none = { recordings: new Map(), inputs: new Map(), bundles: new Map(), sources: new Map() };
    return { loaded: false, meaning: JSON.stringify(file.error), ...none, folders: [dir], dir };
  }
  const dir = dirname(file.value);
  const project = await loadProject(file.value);
  const [recordings, inputs, bundles, sources] = [stamps(), stamps(), stamps(), stamps()];
  const look = (map: Map<string, FileStamp | undefined>, path: string) => map.set(path, readableStamp(path));
  for (const path of bundledFiles(file.value, cacheOf(file.value))) look(sources, path);
  const folders = new Set([dir]);
  for (const { datasets: set } of project.ok ? project.value.collections : []) {
    for (const { file: recording, source, maker } of set.candidates ?? set.datasets) {
      for (const input of maker?.inputs ?? []) {
        if (input.name !== "code") look(inputs, input.file);
        else if (!bundles.has(input.file)) {
          // Loading the project has bundled the code again where it changed.
          look(bundles, input.file);
          for (const path of bundledFiles(resolve(dir, input.as), dirname(input.file))) look(sources, path);
        }
      }
      if (isGenerated(source) || maker) continue;
      look(recordings, recording);
      folders.add(set.path);
    }
  }
  const meaning = JSON.stringify(project.ok ? project.value : project.error);
  for (const path of [...recordings.keys(), ...inputs.keys(), ...sources.keys()]) folders.add(dirname(path));
  const known = [...folders].filter((folder) => existsSync(folder));
  return { loaded: project.ok, meaning, recordings, inputs, bundles, sources, folders: known, dir };
}

const stamps = () => new Map<string, FileStamp | undefined>();

function readableStamp(path: string): FileStamp | undefined {
  try {
    return stampOf(path);
  } catch {
    return undefined;
  }
}

/** `data/b.h5 is new`; undefined when nothing that counts has changed. */
export function changeBetween(before: ProjectSight, now: ProjectSight): string | undefined {
  const isFlipped = before.loaded !== now.loaded;
  const file = isFlipped ? undefined : changedFile(before, now);
  if (file !== undefined) return file;
  const isSame = before.meaning === now.meaning && textOf(before.bundles) === textOf(now.bundles);
  return isSame && !isFlipped ? undefined : `${editedSource(before)} changed`;
}

function changedFile(before: ProjectSight, now: ProjectSight): string | undefined {
  const [old, files] = [filesOf(before), filesOf(now)];
  for (const [path, stamp] of files) {
    const name = relative(now.dir, path);
    if (!old.has(path)) return `${name} is new`;
    if (!isSameStamp(old.get(path), stamp)) return `${name} changed`;
  }
  for (const path of old.keys()) if (!files.has(path) && !existsSync(path)) return `${relative(now.dir, path)} is gone`;
  return undefined;
}

/** What a user has edited, as far as it can be told. */
function editedSource({ sources, dir }: ProjectSight): string {
  const edited = [...sources].flatMap(([path, stamp]) => (isSameStamp(stamp, readableStamp(path)) ? [] : [path]));
  const names = edited.map((path) => relative(dir, path));
  return lfadsfileNames.some((name) => names.includes(name)) ? "the lfadsfile" : (names[0] ?? "the project");
}

function isSameStamp(one: FileStamp | undefined, other: FileStamp | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function textOf(map: Stamps): string {
  return JSON.stringify([...map]);
}

function filesOf({ recordings, inputs }: ProjectSight): Stamps {
  return new Map([...recordings, ...inputs]);
}
