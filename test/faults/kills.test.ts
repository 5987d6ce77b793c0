import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runCli } from "#lib/cli/run-cli.js";
import { collectingTerminal } from "../cli/collecting-terminal.js";
import type { Ended, Victim } from "./faulty-build.js";
import { run, start } from "./faulty-build.js";
import { chooseKills, type Kill } from "./moments.js";
import { kept, leftovers, newProject } from "./small-project.js";

const KILLS = Number(process.env.LFADS_TEST_KILLS ?? 200);
/** Only this one, as a failure's title has it. */
const only = process.env.LFADS_TEST_KILL;

const undisturbed = newProject();
const scrap = mkdtempSync(join(tmpdir(), "lfads-kills-"));
const census = join(scrap, "census");
const first = await run(undisturbed, ["build", "--jobs", "1"], { census });
if (first.code !== 0) throw new Error(first.err);
const expected = kept(undisturbed);
const startedMs = performance.now();
const timed = newProject(undisturbed);
await run(timed, ["build", "--jobs", "1"]);
const buildMs = performance.now() - startedMs;
rmSync(timed, { recursive: true });
const kills = chooseKills(KILLS, readFileSync(census, "utf8").trimEnd().split("\n"));
afterAll(() => {
  for (const dir of [undisturbed, scrap]) rmSync(dir, { recursive: true });
});

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(/\s+/).filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function kill(pid: number, victim: Victim): void {
  try {
    if (victim === "group") process.kill(-pid, "SIGKILL");
    else if (victim === "build") process.kill(pid, "SIGKILL");
    else for (const child of childrenOf(pid)) process.kill(child, "SIGKILL");
  } catch {
    // it has ended
  }
}

/** A build that is killed; whether the kill came to pass before it ended. */
async function killedBuild(dir: string, { number, victim, jobs, at }: Kill): Promise<Ended & { struck: boolean }> {
  const args = ["build", "--jobs", String(jobs)];
  if ("timeShare" in at) {
    const running = start(dir, args);
    const timer = setTimeout(() => kill(running.pid, victim), at.timeShare * buildMs);
    const ended = await running.ended;
    clearTimeout(timer);
    return { ...ended, struck: true };
  }
  const once = join(scrap, String(number));
  const ended = await run(dir, args, { ...at, kill: victim, once });
  return { ...ended, struck: existsSync(once) };
}

const missed: string[] = [];

describe("a build that is killed", () => {
  const chosen = kills.filter(({ number }) => only === undefined || number === Number(only));
  it.concurrent.each(chosen.map((each) => [each.title, each] as const))("%s", async (_, each) => {
    const dir = newProject(undisturbed);
    const killed = await killedBuild(dir, each);
    if (!killed.struck) missed.push(each.title);
    if (each.victim === "child") expect([0, 1]).toContain(killed.code);
    const next = await run(dir, ["build", "--jobs", String(3 - each.jobs)]);
    expect(next).toMatchObject({ code: 0, signal: null });
    expect(next.err).not.toMatch(/warning|error|failed/);
    expect(leftovers(dir)).toEqual([]);
    expect(kept(dir)).toEqual(expected);
    // The third build starts no process of its own: 200 of them take half a minute.
    const terminal = collectingTerminal();
    expect(await runCli(["-C", dir, "build"], terminal)).toBe(0);
    expect(terminal.written).toEqual({ out: "All 16 targets are fresh.\n", err: "" });
    rmSync(dir, { recursive: true });
  });

  it("is killed at nearly all of these moments", () => {
    expect(missed.length).toBeLessThan(KILLS / 10);
  });
});
