import { join } from "node:path";
import type { OutputFile } from "./action-record.js";
import type { ContentStore } from "./content-store.js";
import { stampOf } from "./file-digest.js";
import { listFiles } from "./place-file.js";

/** Brings what a rule has made in a staging folder into the store. By path in code units. */
export async function storeOutputs(staging: string, store: ContentStore): Promise<OutputFile[]> {
  const outputs: OutputFile[] = [];
  for (const path of listFiles(staging)) {
    const { size, mode } = stampOf(join(staging, path))!;
    outputs.push({ path, digest: await store.put(join(staging, path), size), size, mode });
  }
  return outputs;
}
