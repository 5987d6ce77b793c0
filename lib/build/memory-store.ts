import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { type ContentStore, EMPTY_DIGEST, type StoredContent } from "./content-store.js";

/** The tests' twin of CacacheStore. */
export class MemoryStore implements ContentStore {
  readonly #blobs = new Map<string, Buffer>();
  readonly #storedMs = new Map<string, number>();

  async put(path: string): Promise<string> {
    const data = readFileSync(path);
    const digest = createHash("sha256").update(data).digest("hex");
    this.#blobs.set(digest, data);
    this.#storedMs.set(digest, Date.now());
    return digest;
  }

  *list(): Generator<StoredContent> {
    for (const [digest, data] of this.#blobs)
      yield { digest, size: data.length, storedMs: this.#storedMs.get(digest)! };
  }

  async remove(digest: string, storedBeforeMs = Number.POSITIVE_INFINITY): Promise<void> {
    if (this.#storedMs.get(digest)! < storedBeforeMs) this.#blobs.delete(digest);
  }

  close(): void {}

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
