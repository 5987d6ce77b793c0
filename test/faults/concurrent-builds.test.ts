import { appendFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { BuildEvent } from "#lib/build/index.js";
import { RandomStream } from "#lib/random/random-stream.js";
import { type Ended, run, start } from "./faulty-build.js";
import { kept, leftovers, newProject } from "./small-project.js";

const undisturbed = newProject();
const scrap = mkdtempSync(join(tmpdir(), "lfads-concurrent-"));
const first = await run(undisturbed, ["build", "--jobs", "1"]);
if (first.code !== 0) throw new Error(first.err);
/** Which of two targets with one key ran, and so has a log, is a matter of chance. */
const results = (dir: string) =>
  new Map([...kept(dir)].filter(([path]) => !/\/lfads\.out$|^\.lfads\/logs\//.test(path)));
const expected = results(undisturbed);
afterAll(() => {
  for (const dir of [undisturbed, scrap]) rmSync(dir, { recursive: true });
});

const build = ["build", "--jobs", "1", "--json"];

/** Labels that ran. */
function ran({ out }: Ended): string[] {
  const lines = out.split("\n").filter((line) => line.startsWith("{") && line.endsWith("}"));
  return lines.flatMap((line) => {
    const event = JSON.parse(line) as BuildEvent;
    return event.type === "finished" && event.how === "ran" ? [event.label] : [];
  });
}

async function expectAllRight(dir: string): Promise<void> {
  const last = await run(dir, ["build"]);
  expect({ ...last, out: last.out.split("\n")[0] }).toEqual({
    code: 0,
    signal: null,
    out: "All 20 targets are fresh.",
    err: "",
  });
  expect(leftovers(dir)).toEqual([]);
  expect(results(dir)).toEqual(expected);
  rmSync(dir, { recursive: true });
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("builds at once in one folder", () => {
  it.each([2, 4])("%i of them: all end well, and each key is made once", async (count) => {
    const dir = newProject(undisturbed);
    const ended = await Promise.all(Array.from({ length: count }, () => run(dir, build)));
    for (const each of ended) expect(each).toMatchObject({ code: 0, err: "" });
    expect(ended.flatMap(ran)).toHaveLength(12);
    await expectAllRight(dir);
  });

  it("of different selections share what both need", async () => {
    const dir = newProject(undisturbed);
    const selections = [[":export"], ["first:train"], ["second"], ["tiny"]];
    const ended = await Promise.all(selections.map((labels) => run(dir, [...build, ...labels])));
    for (const each of ended) expect(each).toMatchObject({ code: 0, err: "" });
    const makes = ended.flatMap(ran);
    expect(new Set(makes).size).toBe(makes.length);
    expect(makes.filter((label) => label.endsWith(":train"))).toHaveLength(1);
    expect((await run(dir, ["build"])).code).toBe(0);
    await expectAllRight(dir);
  });

  it.each([0, 1, 2, 3, 4, 5])("%i: all but one of them killed at random, the last one finishes", async (seed) => {
    const dir = newProject(undisturbed);
    const random = new RandomStream(8, seed);
    const builds = Array.from({ length: seed % 2 === 0 ? 2 : 4 }, () => start(dir, build));
    const killing = builds.slice(1).map(async ({ pid, ended }) => {
      await pause(random.integer(200, 3000));
      try {
        process.kill(random.integer(0, 1) === 0 ? pid : -pid, "SIGKILL");
      } catch {
        // it has ended
      }
      await ended;
    });
    expect(await builds[0]!.ended).toMatchObject({ code: 0, err: "" });
    await Promise.all(killing);
    const next = await run(dir, ["build"]);
    expect(next).toMatchObject({ code: 0, err: "" });
    await expectAllRight(dir);
  });

  it("the second waits for a target that the first is making, and takes it over when that is killed", async () => {
    const dir = newProject(undisturbed);
    // Held at its last checkpoint but one.
    const fault = {
      moment: "child rename scratch",
      nth: 20,
      when: "after",
      once: join(scrap, "held"),
      hold: join(scrap, "never"),
    } as const;
    const holder = start(dir, build, fault);
    while (!existsSync(fault.once)) await pause(10);
    expect(await run(dir, ["clean", "--cache", "--yes"])).toEqual({
      code: 2,
      signal: null,
      out: "",
      err:
        `error: A build is under way in this folder: process ${holder.pid} on ${hostname()}.\n` +
        "  Wait until it has ended, or stop it.\n",
    });
    const waiter = start(dir, ["build", "--jobs", "1"]);
    while (!waiter.text.err.includes("  waiting ")) await pause(10);
    process.kill(-holder.pid, "SIGKILL");
    await holder.ended;
    const { code, err, out } = await waiter.ended;
    expect(code).toBe(0);
    expect(err.replace(/param_[\w-]{6}/g, "param_*")).toContain(
      `  waiting   first/param_*/single_dataset001:train  for process ${holder.pid} on ${hostname()}\n`,
    );
    expect(err).not.toMatch(/warning|failed/);
    expect(out).toMatch(/^Built in /);
    // Of the two targets with this key, one runs and has a log of that.
    const logs = await Promise.all(["first", "second"].map((name) => run(dir, ["logs", `${name}:train`])));
    expect(logs.map(({ out }) => out).join("")).toMatch(/^Going on after epoch (10|20), from its checkpoint\.$/m);
    await expectAllRight(dir);
  });

  it("one that ends while another writes the state loses nothing", async () => {
    const dir = newProject(undisturbed);
    const free = join(scrap, "free");
    const fault = {
      moment: "build rename state",
      nth: 1,
      when: "before",
      once: join(scrap, "writes"),
      hold: free,
    } as const;
    const holder = start(dir, [...build, ":export"], fault);
    while (!existsSync(fault.once)) await pause(10);
    expect(await run(dir, ["build"])).toMatchObject({ code: 0 });
    appendFileSync(free, "");
    expect(await holder.ended).toMatchObject({ code: 0, err: "" });
    // Whoever next reads the state takes up the journal of the one that could not wait.
    expect((await run(dir, ["status"])).out).toMatch(/^20 targets: 20 fresh\.$/m);
    await expectAllRight(dir);
  });

  it("status, why and clean meanwhile do no harm", async () => {
    const dir = newProject(undisturbed);
    let building = true;
    const builds = [0, 1].map(() => start(dir, ["build", "--jobs", "1", "--keep-going"]));
    const all = Promise.all(builds.map(({ ended }) => ended)).finally(() => {
      building = false;
    });
    const looks: Ended[] = [];
    while (building) {
      for (const args of [["status"], ["why", "first"], ["clean", "second", "--yes"]]) looks.push(await run(dir, args));
    }
    for (const { code, err } of looks) expect({ code, err }).toEqual({ code: 0, err: "" });
    for (const { code, err } of await all) {
      if (code !== 0) expect(err).toMatch(/Build again/);
      expect(err).not.toMatch(/bug|unexpectedly/);
    }
    expect((await run(dir, ["build"])).code).toBe(0);
    await expectAllRight(dir);
  });
});
