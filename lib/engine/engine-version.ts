/** The engine as a part of keys: its own version and the digest of its compiled kernels. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** Raised whenever the TypeScript around the kernels changes a result. */
const REVISION = 2;

export function engineVersion(): string {
  const wasm = readFileSync(new URL("./kernels.wasm", import.meta.url));
  return `wasm-${REVISION}-${createHash("sha256").update(wasm).digest("hex").slice(0, 16)}`;
}
