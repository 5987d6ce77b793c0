/** CPU slots and memory of a build, and how targets share them. */
import type { Target } from "./target.js";

/** About how many bytes of memory a target takes with so many threads; 0 when it is little, or not known. */
export type MemoryOf = (label: string, threads: number) => number;

/** What a running target has of them. */
export interface Grant {
  readonly threads: number;
  readonly memoryBytes: number;
}

/** That a target takes when `free` slots are its own: what its rule can use, at least one. */
export function threadsOf({ resources }: Target, free: number): number {
  return Math.max(1, Math.min(resources?.cpus ?? 1, free));
}

export class Slots {
  readonly #memoryOf: MemoryOf;
  #freeCpus: number;
  #freeBytes: number;
  #running = 0;

  constructor(cpus: number, memoryBytes: number, memoryOf: MemoryOf) {
    this.#freeCpus = Math.max(1, cpus);
    this.#freeBytes = memoryBytes;
    this.#memoryOf = memoryOf;
  }

  /**
   * For the first of `ready` targets that could start. Undefined: it has to wait. One target always runs, however
   * much memory it takes.
   */
  take(target: Target, ready: number): Grant | undefined {
    if (this.#freeCpus === 0) return undefined;
    const bytesWith = (threads: number) => this.#memoryOf(target.label, threads);
    const fits = (threads: number) => bytesWith(threads) <= Math.max(0, this.#freeBytes);
    if (this.#running > 0 && !fits(1)) return undefined;
    // Free slots are shared with those that could start at once: as many as memory has room for, if all are alike.
    const one = bytesWith(1);
    const together = one > 0 ? Math.max(1, Math.min(ready, Math.floor(this.#freeBytes / one))) : ready;
    let threads = threadsOf(target, Math.floor(this.#freeCpus / together));
    while (threads > 1 && !fits(threads)) threads--;
    const grant = { threads, memoryBytes: bytesWith(threads) };
    this.#freeCpus -= grant.threads;
    this.#freeBytes -= grant.memoryBytes;
    this.#running++;
    return grant;
  }

  give({ threads, memoryBytes }: Grant): void {
    this.#freeCpus += threads;
    this.#freeBytes += memoryBytes;
    this.#running--;
  }
}
