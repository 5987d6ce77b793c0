/** The engine as a part of keys: its own version and the digest of its compiled kernels. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** Raised whenever the TypeScript around the kernels changes a result. */
const REVISION = 2;

export function engineVersion(): string {
  return `wasm-${REVISION}-${kernelsDigest().slice(0, 16)}`;
}

/** SHA-256 in hex. */
export function kernelsDigest(): string {
  return createHash("sha256")
    .update(readFileSync(new URL("./kernels.wasm", import.meta.url)))
    .digest("hex");
}
