/** Hashing of what an analysis is about to read: on all processors, once it turns out that there is much of it. */
import { isAbsolute, join } from "node:path";
import { type FileStamp, isOlderThan, msUntilSettled, sameStamp, stampOf } from "./file-digest.js";
import type { Graph } from "./graph.js";
import type { BuildState } from "./state.js";

/** A file as large as this is a reason to look for others. */
const MUCH_BYTES = 4 << 20;
/** Smaller ones are read sooner than handed to a thread. */
const WORTH_BYTES = 64 << 10;

interface Known {
  readonly stamp: FileStamp;
  readonly trustedBefore: number;
}

export class HashAhead {
  readonly #dir: string;
  readonly #graph: Graph;
  readonly #state: BuildState;
  #hashed: Promise<ReadonlyMap<string, { readonly digest: string; readonly stamp: FileStamp }>> | undefined;

  constructor(dir: string, graph: Graph, state: BuildState) {
    this.#dir = dir;
    this.#graph = graph;
    this.#state = state;
  }

  /** SHA-256 of the file with this very stamp, if it is worth while or was hashed already. */
  async digest(path: string, stamp: FileStamp): Promise<string | undefined> {
    if (stamp.size >= MUCH_BYTES) this.#hashed ??= this.#hashAll();
    const found = (await this.#hashed)?.get(path);
    return found && sameStamp(found.stamp, stamp) ? found.digest : undefined;
  }

  async #hashAll() {
    const stamps = new Map<string, FileStamp>();
    for (const [path, known] of this.#files()) {
      const stamp = stampOf(path);
      const isKnown = stamp && known && sameStamp(stamp, known.stamp) && isOlderThan(stamp, known.trustedBefore);
      // One that was written just now may be written again under the same stamp.
      if (stamp && !isKnown && stamp.size >= WORTH_BYTES && msUntilSettled(stamp) === 0) stamps.set(path, stamp);
    }
    const { hashFiles } = await import("./hash-files.js");
    const bytes = Array.from(stamps.values(), ({ size }) => size).reduce((sum, size) => sum + size, 0);
    const hashed = new Map<string, { digest: string; stamp: FileStamp }>();
    for (const [path, result] of await hashFiles(new Set(stamps.keys()), bytes)) {
      const [before, after] = [stamps.get(path)!, stampOf(path)];
      if ("digest" in result && after && sameStamp(before, after)) hashed.set(path, { ...result, stamp: before });
    }
    return hashed;
  }

  /** What targets read and have made, and what is known of it. */
  *#files(): Generator<[path: string, known: Known | undefined]> {
    for (const { target } of this.#graph.nodes) {
      for (const input of target.inputs) if ("file" in input) yield [input.file, this.#state.file(input.file)];
      const entry = this.#state.target(target.label);
      for (const { path, stamp } of entry?.built?.outputs ?? []) {
        const { outDir } = entry!.built!;
        const folder = isAbsolute(outDir) ? outDir : join(this.#dir, outDir);
        yield [join(folder, path), { stamp, trustedBefore: entry!.trustedBefore }];
      }
    }
  }
}
