import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { type ContentStore, EMPTY_DIGEST } from "./content-store.js";

/** The tests' twin of CacacheStore. */
export class MemoryStore implements ContentStore {
  readonly #blobs = new Map<string, Buffer>();

  async put(path: string): Promise<string> {
    const data = readFileSync(path);
    const digest = createHash("sha256").update(data).digest("hex");
    this.#blobs.set(digest, data);
    return digest;
  }

  async has(digest: string): Promise<boolean> {
    return digest === EMPTY_DIGEST || this.#blobs.has(digest);
  }

  async get(digest: string, path: string, mode: number): Promise<"ok" | "missing" | "corrupt"> {
    const data = digest === EMPTY_DIGEST ? Buffer.alloc(0) : this.#blobs.get(digest);
    if (!data) return "missing";
    writeFileSync(path, data, { mode });
    return "ok";
  }
}
