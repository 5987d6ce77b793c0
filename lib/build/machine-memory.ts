import { totalmem } from "node:os";

/** Of this machine, or of the container where that has a limit. */
export function machineMemoryBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
