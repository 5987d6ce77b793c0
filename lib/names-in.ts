import { readdirSync } from "node:fs";

/** What a folder has, by code units; nothing where it is not there or cannot be read. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
