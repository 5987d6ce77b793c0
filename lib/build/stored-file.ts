import { join } from "node:path";

/** Where the content of a digest lies in a store, as cacache has it. */
export function storedFile(store: string, digest: string): string {
  return join(store, "content-v2", "sha256", digest.slice(0, 2), digest.slice(2, 4), digest.slice(4));
}
