import { createHash } from "node:crypto";
import { chmodSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder } from "#lib/make-folder.js";
import { processName } from "#lib/process-name.js";
import { type ContentStore, EMPTY_DIGEST, type StoredContent } from "./content-store.js";
import { hashFile } from "./file-digest.js";
import { cloneFile, linkFile } from "./share-file.js";
import { addToStoreSize, startStoreSize } from "./store-size.js";
import { storedFile } from "./stored-file.js";

const WHOLE_BELOW_BYTES = 1 << 20;
const WITHOUT_WRITING = 0o555;

let asides = 0;

export interface CacacheStoreOptions {
  /** A file in the store and the output that it came from are one file, read-only, where that can be. */
  readonly hardLinks?: boolean;
}

/** cacache's layout, without its index and its copies: content comes in by rename, cloned where the file system can. */
export class CacacheStore implements ContentStore {
  readonly #folder: string;
  readonly #hardLinks: boolean;
  /** Bytes that this process has brought in. */
  #added = 0;
  #ready = false;

  constructor(folder: string, { hardLinks = false }: CacacheStoreOptions = {}) {
    this.#folder = folder;
    this.#hardLinks = hardLinks;
  }

  async put(path: string, size: number): Promise<string> {
    if (size === 0) return EMPTY_DIGEST;
    const aside = join(this.#folder, "tmp", `${processName()}~${asides++}`);
    try {
      if (this.#hardLinks) {
        const digest = await hashFile(path, size);
        this.#makeReady();
        if (this.#renew(digest, size) && (await this.#linkTo(path, aside, digest, size))) return digest;
        if (linkFile(path, aside)) return this.#bringIn(aside, digest);
      }
      if (size < WHOLE_BELOW_BYTES) {
        const data = readFileSync(path);
        const digest = createHash("sha256").update(data).digest("hex");
        if (this.#renew(digest, size)) return digest;
        this.#makeReady();
        writeFileSync(aside, data);
        return this.#bringIn(aside, digest);
      }
      this.#makeReady();
      const [digest] = await both(hashFile(path, size), cloneFile(path, aside));
      return this.#renew(digest, size) ? digest : this.#bringIn(aside, digest);
    } finally {
      rmSync(aside, { force: true });
    }
  }

  async has(digest: string): Promise<boolean> {
    return (
      digest === EMPTY_DIGEST || (await (await reader()).get.hasContent(this.#folder, toIntegrity(digest))) !== false
    );
  }

  async get(digest: string, path: string, mode: number): Promise<"ok" | "missing" | "corrupt"> {
    const got = await this.#place(digest, path);
    if (got === "ok") chmodSync(path, this.#hardLinks ? mode & WITHOUT_WRITING : mode);
    else rmSync(path, { force: true });
    if (got === "corrupt") await this.remove(digest);
    return got;
  }

  *list(): Generator<StoredContent> {
    const top = join(this.#folder, "content-v2", "sha256");
    for (const first of namesIn(top)) {
      for (const second of namesIn(join(top, first))) {
        for (const rest of namesIn(join(top, first, second))) {
          const stats = statSync(join(top, first, second, rest), { throwIfNoEntry: false });
          if (stats) yield { digest: first + second + rest, size: stats.size, storedMs: stats.ctimeMs };
        }
      }
    }
  }

  async remove(digest: string, storedBeforeMs = Number.POSITIVE_INFINITY): Promise<void> {
    const path = storedFile(this.#folder, digest);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats || stats.ctimeMs >= storedBeforeMs) return;
    // Its folder stays for the next: to remove thousands takes longer than all else of a collection.
    rmSync(path, { force: true });
  }

  close(): void {
    if (this.#added > 0) addToStoreSize(this.#folder, this.#added);
    this.#added = 0;
  }

  async #place(digest: string, path: string): Promise<"ok" | "missing" | "corrupt"> {
    if (digest === EMPTY_DIGEST) {
      writeFileSync(path, "");
      return "ok";
    }
    try {
      const cacache = await reader();
      const found = await cacache.get.hasContent(this.#folder, toIntegrity(digest));
      if (found === false) return "missing";
      const content = storedFile(this.#folder, digest);
      if (!(this.#hardLinks && linkFile(content, path))) {
        if (found.size < WHOLE_BELOW_BYTES) {
          writeFileSync(path, await cacache.get.byDigest(this.#folder, toIntegrity(digest)));
          return "ok";
        }
        await cloneFile(content, path);
      }
      return (await hashFile(path, found.size)) === digest ? "ok" : "corrupt";
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") return "missing";
      if (code === "EINTEGRITY" || code === "EBADSIZE") return "corrupt";
      throw error;
    }
  }

  #makeReady(): void {
    if (this.#ready) return;
    const made = makeFolder(join(this.#folder, "tmp"));
    if (made !== undefined && made !== join(this.#folder, "tmp")) startStoreSize(this.#folder);
    this.#ready = true;
  }

  /** Puts a link to the content in the place of a file that has the same; false when what is stored is not that. */
  async #linkTo(path: string, aside: string, digest: string, size: number): Promise<boolean> {
    const content = storedFile(this.#folder, digest);
    try {
      if ((await hashFile(content, size)) !== digest) return false;
      if (linkFile(content, aside)) renameSync(aside, path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      return false;
    }
  }

  /** Whether the content is there; then it counts as stored now (its ctime), which keeps it from a collection under way. */
  #renew(digest: string, size: number): boolean {
    const path = storedFile(this.#folder, digest);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.size !== size) return false;
    try {
      chmodSync(path, stats.mode & 0o777);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") return false;
      // Another user's store: it stays as it is.
      if (code !== "EPERM") throw error;
    }
    return true;
  }

  #bringIn(aside: string, digest: string): string {
    const path = storedFile(this.#folder, digest);
    chmodSync(aside, statSync(aside).mode & WITHOUT_WRITING);
    try {
      renameSync(aside, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      makeFolderOf(path);
      renameSync(aside, path);
    }
    this.#added += statSync(path).size;
    return digest;
  }
}

/** Loading it takes longer than to bring a few files in, which does not need it. */
async function reader() {
  return (await import("cacache")).default;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (NO_FOLDER.has((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
}

const NO_FOLDER = new Set(["ENOENT", "ENOTDIR"]);

function makeFolderOf(path: string): void {
  makeFolder(dirname(path));
}

/** Ends when both have ended, also when one fails. */
async function both<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  const [a, b] = await Promise.allSettled([first, second]);
  if (a.status === "rejected") throw a.reason;
  if (b.status === "rejected") throw b.reason;
  return [a.value, b.value];
}

function toIntegrity(hex: string): string {
  return `sha256-${Buffer.from(hex, "hex").toString("base64")}`;
}
