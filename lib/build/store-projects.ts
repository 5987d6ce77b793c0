/**
 * Which results the projects that share a store need. Each has a file of its own, `projects/<id>`: who it is, then a line
 * for each key that it made, adopted or restored. A collection asks all of them, as it can load one lfadsfile only.
 */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { makeFolder } from "#lib/make-folder.js";
import { namesIn } from "#lib/names-in.js";
import { replaceFile } from "#lib/replace-file.js";
import type { StoreHome } from "./store-home.js";

export interface StoreProject {
  /** Folder of the lfadsfile, on that machine. */
  readonly dir: string;
  readonly host: string;
  readonly keys: ReadonlySet<string>;
}

/** This project's file. A store that is the project's own has none, until others use it too. */
export class StoreMembership {
  readonly #dir: string;
  readonly #home: StoreHome;
  #isReady = false;

  constructor(dir: string, home: StoreHome) {
    this.#dir = dir;
    this.#home = home;
  }

  get isShared(): boolean {
    return this.#home.folder !== join(this.#dir, ".lfads") || existsSync(this.#home.projects);
  }

  /** Before anything is brought in. `known`: keys of what was built before. */
  join(known: Iterable<string>): void {
    if (!this.isShared) return;
    this.#isReady = true;
    if (!existsSync(this.#file)) this.replace(known);
  }

  /** Notes that a result is in use here. */
  add(key: string): void {
    if (this.#isReady) appendFileSync(this.#file, `${key}\n`);
  }

  /** After a collection: these are what is needed. */
  replace(keys: Iterable<string>): void {
    if (!this.isShared) return;
    makeFolder(this.#home.projects);
    const head = JSON.stringify({ format: 1, dir: this.#dir, host: hostname() });
    replaceFile(this.#file, [head, ...keys].map((line) => `${line}\n`).join(""));
  }

  leave(): void {
    rmSync(this.#file, { force: true });
  }

  /** All but this one. */
  others(): StoreProject[] {
    const own = idOf(this.#dir);
    return readProjects(this.#home).flatMap(({ id, project }) => (id === own ? [] : [project]));
  }

  get #file(): string {
    return join(this.#home.projects, idOf(this.#dir));
  }
}

/** Files of projects whose folder is gone. */
export function removeGoneProjects(home: StoreHome): void {
  for (const id of namesIn(home.projects)) {
    const project = readProject(join(home.projects, id));
    if (project && isGone(project)) rmSync(join(home.projects, id), { force: true });
  }
}

/** Those whose folder is gone are none any more; of another machine's folders nobody can tell here. */
function readProjects(home: StoreHome): { id: string; project: StoreProject }[] {
  return namesIn(home.projects).flatMap((id) => {
    const project = readProject(join(home.projects, id));
    return project && !isGone(project) ? [{ id, project }] : [];
  });
}

function readProject(file: string): StoreProject | undefined {
  try {
    const [head = "", ...keys] = readFileSync(file, "utf8").split("\n");
    return { ...whoOf(head), keys: new Set(keys.filter((key) => key !== "")) };
  } catch {
    // Gone meanwhile.
    return undefined;
  }
}

/** Of nobody when that cannot be read: its keys count all the same. */
function whoOf(head: string): { dir: string; host: string } {
  try {
    const { dir, host } = JSON.parse(head);
    return { dir: String(dir), host: String(host) };
  } catch {
    return { dir: "", host: "" };
  }
}

function isGone({ dir, host }: StoreProject): boolean {
  return host === hostname() && !existsSync(dir);
}

function idOf(dir: string): string {
  return createHash("sha256").update(`${hostname()}\0${dir}`).digest("hex").slice(0, 16);
}
