/** What goes wrong while a build runs, but for kills: what it says, and that the next build is right. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { anonymous, ownLfadsfile, record, writeLfadsfile } from "../bad-input/own-recordings.js";
import { type Fault, run } from "./faulty-build.js";
import { kept, leftovers } from "./small-project.js";

const scrap = mkdtempSync(join(tmpdir(), "lfads-disturbed-"));
const template = join(scrap, "template");
await record(template, "a");
/** Checkpoints after epochs 10, 20 and 25. */
writeLfadsfile(template, ownLfadsfile({ params: "maxEpochs: 25, c_kl_increase_steps: 2, c_l2_increase_steps: 2," }));
let projects = 0;
function newProject(): string {
  const dir = join(scrap, `project${projects++}`);
  cpSync(template, dir, { recursive: true, preserveTimestamps: true });
  return dir;
}
const putBack = (dir: string) => {
  rmSync(join(dir, "data"), { recursive: true });
  cpSync(join(template, "data"), join(dir, "data"), { recursive: true, preserveTimestamps: true });
};

let faults = 0;
async function build(dir: string, fault?: Fault) {
  const disturbance = fault && { ...fault, once: join(scrap, `once${faults++}`) };
  const { code, out, err } = await run(dir, ["build", "--jobs", "1"], disturbance);
  return { code, out: anonymous(dir, out).split("\n")[0]!, err: anonymous(dir, err) };
}

const undisturbed = newProject();
const first = await build(undisturbed);
if (first.code !== 0) throw new Error(first.err);
const expected = kept(undisturbed);
afterAll(() => rmSync(scrap, { recursive: true }));

/** What is said of failed targets, without the last lines of their logs. */
const failures = (err: string) =>
  [...err.matchAll(/^(?:✗ failed|warning:) .*\n(?: {4}.*\n)*/gm)]
    .map(([text]) => text.replace(/^ {6}(\||log:) .*\n/gm, ""))
    .join("");

async function expectRight(dir: string, built = /^Built in _ s: /): Promise<void> {
  const { code, out, err } = await build(dir);
  expect({ code, told: failures(err) }).toEqual({ code: 0, told: "" });
  expect(out).toMatch(built);
  expect(kept(dir)).toEqual(expected);
  expect(leftovers(dir)).toEqual([]);
  expect(await build(dir)).toEqual({ code: 0, out: "All 10 targets are fresh.", err: "" });
}

const failed = (label: string, where: string, what: string) => `✗ failed    ${label}  _ s\n    ${where}: ${what}\n`;
const dataset = "own/a:dataset";
const exported = "look/data_*/single_a/a:export";
const train = "look/param_*/single_a:train";

describe("a recording, during the build", () => {
  const changed =
    "The input file was changed or removed during the build.\n      Build again when it is there and nothing writes to it.";

  it.concurrent.each([
    ["that vanishes before it is read", { moment: "build open logs", nth: 1, shell: "rm data/a.h5" }, dataset],
    [
      "that is cut off before it is read",
      { moment: "build open logs", nth: 1, shell: "truncate -s 99 data/a.h5" },
      dataset,
    ],
    [
      "that is written to while it is read",
      { moment: "child open staging", nth: 1, shell: "echo >> data/a.h5" },
      exported,
    ],
    ["that vanishes after it was read", { moment: "child rename staging", nth: 1, shell: "rm data/a.h5" }, exported],
  ] as const)("%s fails what reads it; nothing of that is kept", async (_, fault, label) => {
    const dir = newProject();
    const { code, err } = await build(dir, fault);
    expect({ code, told: failures(err) }).toEqual({ code: 1, told: failed(label, "<dir>/data/a.h5", changed) });
    putBack(dir);
    await expectRight(dir);
  });
});

describe("a disk that is full for a moment, or a quota,", () => {
  const full = "The disk is full.\n      Free some space and build again; what is finished stays finished.";
  const unwritable =
    "The file cannot be written.\n      Look at the free space, the quota and the permissions there, and build again.";
  const state = "The state could not be written, so the next build looks at every file again: The disk is full.";

  it.concurrent.each([
    ["build open locks", 2, failed(exported, "<dir>/.lfads/locks/<key>", full)],
    ["build write journal", 2, failed(exported, "<dir>/.lfads", full)],
    ["build write actions", 2, failed(exported, expect.anything(), full)],
    ["child rename store/content-v2", 3, failed(exported, expect.anything(), full)],
    ["build rename runs", 2, failed(exported, "<dir>/runs/look/data_*/single_a/lfads_a.h5", full)],
    ["build symlink runs", 1, failed(train, "<dir>/runs/look/param_*/single_a/lfadsInput/lfads_a.h5", full)],
    ["child write staging", 2, failed(exported, expect.anything(), unwritable)],
    ["child write scratch", 200, failed(train, expect.anything(), unwritable)],
    ["child rename scratch", 9, failed(train, expect.anything(), full)],
  ] as const)("at '%s' %i fails the target alone and says so; the next build goes on", async (moment, nth, told) => {
    const dir = newProject();
    const { code, err } = await build(dir, { moment, nth, error: "ENOSPC" });
    const anywhere = "<dir>/.lfads/";
    expect({ code, told: failures(err) }).toEqual({ code: 1, told: expect.stringMatching(asPattern(told, anywhere)) });
    await expectRight(dir);
  });

  it.concurrent("when the state is written costs the next build a look at every file", async () => {
    const dir = newProject();
    const { code, err } = await build(dir, { moment: "build rename state", nth: 1, error: "ENOSPC" });
    expect({ code, told: failures(err) }).toEqual({ code: 0, told: `warning: <dir>/.lfads/state: ${state}\n` });
    expect((await run(dir, ["status"])).out).toMatch(/^10 targets: 10 fresh\.$/m);
    await expectRight(dir, /^All 10 targets are fresh\.$/);
  });

  /** Where no place is given, it is somewhere in the folder. */
  function asPattern(told: string, anywhere: string): RegExp {
    const escaped = told
      .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
      .replace("Anything", `${anywhere.replace(".", "\\.")}.*`);
    return new RegExp(`^${escaped}$`);
  }
});

describe("a clock that jumps", () => {
  const year = 365 * 24 * 3600_000;

  it.concurrent.each([
    ["a year ahead", year],
    ["a year back", -year],
    ["to before 1970", -60 * year],
  ])("%s during a build changes no result, and makes nothing fresh that is not", async (_, clockMs) => {
    const dir = newProject();
    expect(await build(dir, { clockMs })).toMatchObject({ code: 0 });
    expect(kept(dir)).toEqual(expected);
    expect(await build(dir)).toEqual({ code: 0, out: "All 10 targets are fresh.", err: "" });
    const fitlog = [...expected.keys()].find((path) => path.endsWith("fitlog.csv"))!;
    writeFileSync(join(dir, fitlog), readFileSync(join(dir, fitlog), "utf8").replace("1", "2"));
    expect(await build(dir, { clockMs })).toMatchObject({ code: 0, out: "Built in _ s: 1 restored, 9 fresh." });
    expect(kept(dir)).toEqual(expected);
  });

  it.concurrent("and files from the future are read anew by every build, and stay fresh", async () => {
    const dir = newProject();
    const future = new Date(Date.now() + year);
    utimesSync(join(dir, "data/a.h5"), future, future);
    expect(await build(dir)).toMatchObject({ code: 0 });
    for (const file of [".lfads/state", ".lfads/fresh"]) utimesSync(join(dir, file), future, future);
    for (let i = 0; i < 2; i++)
      expect(await build(dir)).toEqual({ code: 0, out: "All 10 targets are fresh.", err: "" });
    await record(dir, "a", { edit: (counts) => counts.fill(1, 0, 9) });
    utimesSync(join(dir, "data/a.h5"), future, future);
    expect((await build(dir)).out).toMatch(/^Built in _ s: [78] ran/);
  });
});

describe("checkpoints of a killed training that are damaged", () => {
  /** The newest regular checkpoint is that of epoch 20. */
  async function killed(): Promise<{ dir: string; scratch: string }> {
    const dir = newProject();
    const { code } = await build(dir, { moment: "child write scratch", nth: 1500, kill: "group" });
    expect(code).toBe(null);
    const [key] = readdirSync(join(dir, ".lfads/scratch"));
    return { dir, scratch: join(dir, ".lfads/scratch", key!) };
  }
  const goneOnAfter = async (dir: string) =>
    /^Going on after epoch (\d+)/m.exec((await run(dir, ["logs", ":train"])).out)?.[1];

  it.concurrent.each([
    ["none", () => [], "20"],
    ["the newest", (names: string[]) => names.filter((name) => /ckpt-60$/.test(name)), "10"],
    ["all", (names: string[]) => names.filter((name) => /ckpt|saved/.test(name)), undefined],
    ["what says which belong together", () => ["saved"], undefined],
  ] as const)("%s: training goes on from what is whole, to the same bytes", async (_, choose, epoch) => {
    const { dir, scratch } = await killed();
    for (const name of choose(readdirSync(scratch))) {
      const bytes = readFileSync(join(scratch, name));
      bytes[bytes.length >> 1]! ^= 1;
      writeFileSync(join(scratch, name), bytes);
    }
    await expectRight(dir);
    expect(await goneOnAfter(dir)).toBe(epoch);
  });
});
