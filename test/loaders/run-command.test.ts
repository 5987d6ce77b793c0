import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type CommandRun, runCommand } from "#lib/run-command.js";
import { inFolder } from "../cli/run-lfads.js";

function run(dir: string, argv: readonly string[], options: Partial<CommandRun> = {}) {
  const lines: string[] = [];
  const never = new AbortController().signal;
  const end = runCommand({
    argv,
    dir,
    timeoutSeconds: undefined,
    signal: never,
    onLine: (line) => lines.push(line),
    ...options,
  });
  return end.then((ended) => ({ end: ended, lines }));
}

/** Starts a second process, tells its id, and waits with it. */
const family = ["sh", "-c", "sleep 60 & echo $! > child; echo ready; wait"];

/** A process that was just killed may not be reaped yet. */
function isGone(pid: number): boolean {
  return !existsSync(`/proc/${pid}`) || /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
}

describe("a command", () => {
  it("gets every argument as it is, runs in its folder, and its lines come from both streams", async () => {
    const odd = ["a b", "$(touch made)", "`touch made`", "; touch made", "'\"\\", "*", "", "ü\nline"];
    await inFolder("", async (dir) => {
      const program = "console.log(JSON.stringify(process.argv.slice(1))); console.error(process.cwd())";
      const { end, lines } = await run(dir, [process.execPath, "-e", program, ...odd]);
      expect(end).toEqual({ kind: "ended", code: 0 });
      expect(JSON.parse(lines.find((line) => line.startsWith("["))!)).toEqual(odd);
      expect(lines).toContain(dir);
      expect(existsSync(join(dir, "made"))).toBe(false);
    });
  });

  it("tells its exit code, and the signal that ended it", async () => {
    expect((await run("/tmp", ["sh", "-c", "exit 7"])).end).toEqual({ kind: "ended", code: 7 });
    expect((await run("/tmp", ["sh", "-c", "kill -KILL $$"])).end).toEqual({ kind: "killed", signal: "SIGKILL" });
  });

  it("is missing where there is no such program, on the PATH or in the folder", async () => {
    expect((await run("/tmp", ["no-such-program-1"])).end).toEqual({ kind: "missing", instead: undefined });
    expect((await run("/tmp", ["./no-such-program-1"])).end).toEqual({ kind: "missing", instead: undefined });
  });

  it("is ended with all that it started when its time is over", async () => {
    await inFolder("", async (dir) => {
      const { end, lines } = await run(dir, family, { timeoutSeconds: 1 });
      expect({ end, lines }).toEqual({ end: { kind: "timed-out", seconds: 1 }, lines: ["ready"] });
      await expect.poll(() => isGone(Number(readFileSync(join(dir, "child"), "utf8")))).toBe(true);
    });
  });

  it("may be given more time than a timer can hold", async () => {
    const { end } = await run("/tmp", ["sh", "-c", "sleep 0.3"], { timeoutSeconds: 1000 * 3600 });
    expect(end).toEqual({ kind: "ended", code: 0 });
  });

  it("is ended with all that it started when the build is stopped, even if it is deaf", async () => {
    await inFolder("", async (dir) => {
      const stop = new AbortController();
      const deaf = ["sh", "-c", "trap '' TERM; sleep 60 & echo $! > child; echo ready; wait; wait"];
      const { end } = await run(dir, deaf, { signal: stop.signal, onLine: () => stop.abort() });
      expect(end).toEqual({ kind: "killed", signal: "SIGKILL" });
      await expect.poll(() => isGone(Number(readFileSync(join(dir, "child"), "utf8")))).toBe(true);
    });
  });
});
