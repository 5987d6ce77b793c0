import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runCli } from "#lib/cli/run-cli.js";
import { collectingTerminal } from "../cli/collecting-terminal.js";
import type { Ended, Victim } from "./faulty-build.js";
import { run, start } from "./faulty-build.js";
import { chooseKills, inTurn, type Kill } from "./moments.js";
import { contents, kept, leftovers, newProject } from "./small-project.js";

const KILLS = Number(process.env.LFADS_TEST_KILLS ?? 200);
/** Only the builds with this one, as a failure's title has it. */
const only = process.env.LFADS_TEST_KILL;
/** So many builds of one folder are killed before one ends. */
const IN_TURN = 4;

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
const steps = readFileSync(census, "utf8").trimEnd().split("\n");
const kills = chooseKills(KILLS, steps);
const turns = Array.from({ length: Math.ceil(KILLS / IN_TURN) }, (_, turn) =>
  inTurn(kills.slice(turn * IN_TURN, (turn + 1) * IN_TURN), steps),
).filter((turn) => only === undefined || turn.some(({ number }) => number === Number(only)));
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

/** Outputs that are there, and not what they are in the end. */
function wrong(dir: string): string[] {
  return [...contents(dir)].flatMap(([path, content]) => {
    const isOutput = /^(runs|datasets)\/.*[^/]$/.test(path) && !/(\/lfads\.out|\.tmp)$/.test(path);
    return isOutput && content !== expected.get(path) ? [path] : [];
  });
}

const missed: string[] = [];

describe("builds that are killed, one after the other", () => {
  const titled = turns.map((turn) => [turn.map(({ title }) => title).join("; "), turn] as const);
  it.concurrent.each(titled)("%s", async (_, turn) => {
    const dir = newProject(undisturbed);
    for (const each of turn) {
      const killed = await killedBuild(dir, each);
      if (!killed.struck) missed.push(each.title);
      if (each.victim === "child") expect([0, 1]).toContain(killed.code);
      expect(killed.err).not.toMatch(/warning|bug|unexpected/);
      expect(wrong(dir)).toEqual([]);
    }
    const next = await run(dir, ["build", "--jobs", String(3 - turn.at(-1)!.jobs)]);
    expect(next).toMatchObject({ code: 0, signal: null });
    expect(next.err).not.toMatch(/warning|error|failed/);
    expect(leftovers(dir)).toEqual([]);
    expect(kept(dir)).toEqual(expected);
    // The third build starts no process of its own: 200 of them take half a minute.
    const terminal = collectingTerminal();
    expect(await runCli(["-C", dir, "build"], terminal)).toBe(0);
    expect(terminal.written).toEqual({ out: "All 20 targets are fresh.\n", err: "" });
    rmSync(dir, { recursive: true });
  });

  it("are killed at most of these moments", () => {
    // Where the first of a turn is missed, that build does all, and the others of the turn have nothing to do.
    expect(missed.length < KILLS / 5 ? [] : missed).toEqual([]);
  });
});
