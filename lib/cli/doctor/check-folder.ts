import { mkdtempSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import type { MachineCheck } from "./machine-check.js";

/** Whether a file can be put there. */
export function checkFolder(folder: string): MachineCheck {
  try {
    rmdirSync(mkdtempSync(join(folder, ".doctor-")));
    return { name: "folder", found: `${folder} can be written`, advice: null };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const advice = "Give yourself the right to write there, or work in another folder (-C).";
    return { name: "folder", found: `${folder} cannot be written (${code})`, advice };
  }
}
