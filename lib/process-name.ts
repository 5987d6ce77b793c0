/** Names of processes, for files that tell whose they are: a file of a process that has ended is a leftover. */
import { readFileSync } from "node:fs";
import { hostname } from "node:os";

const here = encodeURIComponent(hostname());
let own: string | undefined;

/**
 * `<id>-<start>@<host>`, fit for a file's name. The start, in the kernel's clock ticks, tells the process from a later
 * one with its id; it is empty where the system does not tell (everywhere but Linux).
 */
export function processName(): string {
  own ??= `${process.pid}-${readStat(process.pid)?.start ?? ""}@${here}`;
  return own;
}

/** Whether the process may still run: false only when it is known to have ended. What follows a `~` is no part of it. */
export function mayRun(name: string): boolean {
  const parts = parse(name);
  if (!parts) return false;
  const { pid, start, host } = parts;
  if (host !== here) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const stat = readStat(pid);
  if (!stat) return true;
  // A zombie has ended; only its parent has not looked yet.
  return stat.state !== "Z" && (start === "" || start === stat.start);
}

export function isOfThisHost(name: string): boolean {
  return parse(name)?.host === here;
}

/** `process 1234 on host` */
export function describeProcess(name: string): string {
  const parts = parse(name);
  return parts ? `process ${parts.pid} on ${parts.host}` : name;
}

function parse(name: string): { pid: number; start: string; host: string } | undefined {
  const [, pid, start, host] = /^([1-9]\d*)-(\d*)@([^~]+)/.exec(name) ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), start: start!, host: host! };
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
