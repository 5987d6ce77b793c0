import { readFileSync } from "node:fs";

/**
 * When a process began, in the kernel's clock ticks: tells a process from a later one with its id.
 * Undefined where the system does not tell (everywhere but Linux).
 */
export function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

/** Whether this very process still lives; without a start time, whether any process has its id. */
export function isProcessAlive(pid: number, start: string | undefined): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const now = processStart(pid);
  return start === undefined || now === undefined || now === start;
}
