/** What Linux has seen the processes of a build take. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { lfadsMain } from "../cli/run-lfads.js";

/** The most bytes that the command itself and any of its child processes has had in memory; it must succeed. */
export async function peakMemory(dir: string, ...args: readonly string[]): Promise<{ own: number; child: number }> {
  const build = spawn(process.execPath, [lfadsMain, ...args], { cwd: dir, stdio: ["ignore", "ignore", "pipe"] });
  const errors: string[] = [];
  build.stderr.setEncoding("utf8").on("data", (text: string) => errors.push(text));
  const peak = { own: 0, child: 0 };
  const timer = setInterval(() => {
    peak.own = Math.max(peak.own, peakOf(build.pid!));
    const children = read(`/proc/${build.pid}/task/${build.pid}/children`).split(" ").filter(Boolean);
    for (const child of children) peak.child = Math.max(peak.child, peakOf(Number(child)));
  }, 10);
  const [code] = await once(build, "close");
  clearInterval(timer);
  if (code !== 0) throw new Error(`lfads ${args.join(" ")} ended with ${code}:\n${errors.join("")}`);
  return peak;
}

function peakOf(pid: number): number {
  const [, kilobytes = "0"] = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`)) ?? [];
  return Number(kilobytes) * 1024;
}

/** Empty when the process has gone. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
