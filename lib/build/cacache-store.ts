import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { getSystemErrorName } from "node:util";
import cacache from "cacache";
import { type ContentStore, EMPTY_DIGEST } from "./content-store.js";
import { hashFile } from "./file-digest.js";

const WHOLE_BELOW_BYTES = 1 << 20;

/** Hides cacache's traps: write errors come as EEXIST, a put over corrupt content does not heal it, empty streams fail. */
export class CacacheStore implements ContentStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async put(path: string, size: number): Promise<string> {
    if (size === 0) return EMPTY_DIGEST;
    try {
      if (size < WHOLE_BELOW_BYTES) {
        const data = await readFile(path);
        const digest = createHash("sha256").update(data).digest("hex");
        await cacache.put(this.#folder, digest, data, { algorithms: ["sha256"] });
        return digest;
      }
      const digest = await hashFile(path, size);
      if (await this.has(digest)) return digest;
      await pipeline(
        createReadStream(path, { highWaterMark: WHOLE_BELOW_BYTES }),
        cacache.put.stream(this.#folder, digest, { algorithms: ["sha256"], integrity: toIntegrity(digest), size }),
      );
      return digest;
    } catch (error) {
      throw realError(error);
    }
  }

  async has(digest: string): Promise<boolean> {
    return digest === EMPTY_DIGEST || (await cacache.get.hasContent(this.#folder, toIntegrity(digest))) !== false;
  }

  async get(digest: string, path: string): Promise<"ok" | "missing" | "corrupt"> {
    if (digest === EMPTY_DIGEST) {
      await writeFile(path, "");
      return "ok";
    }
    const found = await cacache.get.hasContent(this.#folder, toIntegrity(digest));
    if (found === false) return "missing";
    try {
      if (found.size < WHOLE_BELOW_BYTES)
        await writeFile(path, await cacache.get.byDigest(this.#folder, toIntegrity(digest)));
      else await pipeline(cacache.get.stream.byDigest(this.#folder, toIntegrity(digest)), createWriteStream(path));
      return "ok";
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      await rm(path, { force: true });
      if (code === "ENOENT") return "missing";
      if (code !== "EINTEGRITY" && code !== "EBADSIZE") throw error;
      await cacache.rm.content(this.#folder, toIntegrity(digest));
      return "corrupt";
    }
  }
}

/** cacache relabels errors of writing as EEXIST; the number is still the system's. */
function realError(error: unknown): unknown {
  const { errno } = error as NodeJS.ErrnoException;
  return typeof errno === "number" ? Object.assign(error as Error, { code: getSystemErrorName(errno) }) : error;
}

function toIntegrity(hex: string): string {
  return `sha256-${Buffer.from(hex, "hex").toString("base64")}`;
}
