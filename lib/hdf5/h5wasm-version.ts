import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Of the package that is installed, which is not loaded for it. */
export function h5wasmVersion(): string {
  const entry = import.meta.resolve("h5wasm/node");
  const manifest = new URL(entry.slice(0, entry.lastIndexOf("/h5wasm/") + "/h5wasm/".length).concat("package.json"));
  return (JSON.parse(readFileSync(fileURLToPath(manifest), "utf8")) as { version: string }).version;
}
