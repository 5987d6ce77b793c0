import { totalmem } from "node:os";

/** Of this machine, or of the container where that has a limit. */
export function machineMemoryBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** Of it, for the targets of a build; the rest is for everything else. */
export function buildMemoryBytes(): number {
  return 0.8 * machineMemoryBytes();
}
