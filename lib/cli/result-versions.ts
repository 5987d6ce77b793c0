/** What reaches results beside the lfadsfile and its inputs, by name; recorded with each of them. */
import { kernelsDigest } from "#lib/engine/engine-version.js";
import { h5wasmVersion } from "#lib/hdf5/h5wasm-version.js";
import { packageVersion } from "#lib/package-facts.js";

export function resultVersions(): Record<string, string> {
  return { lfads: packageVersion(), h5wasm: h5wasmVersion(), "kernels.wasm": kernelsDigest() };
}
