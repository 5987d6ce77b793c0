import { readFileSync } from "node:fs";

/**
 * When a process began, in the kernel's clock ticks: tells a process from a later one with its id.
 * Undefined where the system does not tell (everywhere but Linux).
 */
export function processStart(pid: number): string | undefined {
  if (pid !== process.pid) return readStat(pid)?.start;
  own ??= { start: readStat(pid)?.start };
  return own.start;
}

let own: { readonly start: string | undefined } | undefined;

/** Whether this very process still lives; without a start time, whether any process has its id. */
export function isProcessAlive(pid: number, start: string | undefined): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const stat = readStat(pid);
  if (!stat) return true;
  // A zombie has ended; only its parent has not looked yet.
  return stat.state !== "Z" && (start === undefined || start === stat.start);
}

function readStat(pid: number): { state: string; start: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0]!, start: fields[19]! };
  } catch {
    return undefined;
  }
}
