/**
 * About how large the store is, without walking it: the file `size` in it has what it was when it was last walked,
 * then a line for what each build since has added. Losing it costs one walk.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "#lib/replace-file.js";

export interface StoreSize {
  readonly bytes: number;
  /** What could not go when it was last walked; 0 when it never was. */
  readonly neededBytes: number;
}

/** `store` is `.lfads/store`, and was made just now. */
export function startStoreSize(store: string): void {
  writeStoreSize(store, { bytes: 0, neededBytes: 0 });
}

/** Where nothing is known, nothing is noted. */
export function addToStoreSize(store: string, bytes: number): void {
  const path = join(store, "size");
  try {
    if (existsSync(path)) appendFileSync(path, `${bytes}\n`);
  } catch {
    // A disk that refuses it: the store counts as smaller than it is until it is walked again.
  }
}

/** Undefined when nothing is known. */
export function readStoreSize(store: string): StoreSize | undefined {
  let text: string;
  try {
    text = readFileSync(join(store, "size"), "utf8");
  } catch {
    return undefined;
  }
  let [bytes, neededBytes] = [0, 0];
  for (const line of text.split("\n")) {
    const [added, needed] = line.split(" ").map(Number);
    bytes += added || 0;
    neededBytes = needed || neededBytes;
  }
  return { bytes, neededBytes };
}

/** After a walk. */
export function writeStoreSize(store: string, { bytes, neededBytes }: StoreSize): void {
  replaceFile(join(store, "size"), `${bytes} ${neededBytes}\n`);
}
