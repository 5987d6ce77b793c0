/** What is harmed by hand or by a disk between two builds: what the next build says, and that all is right afterwards. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { anonymous, record, writeLfadsfile } from "../bad-input/own-recordings.js";
import { run, start } from "./faulty-build.js";
import { kept, leftovers } from "./small-project.js";

const template = mkdtempSync(join(tmpdir(), "lfads-damage-"));
writeLfadsfile(template);
await record(template, "a");
const built = await run(template, ["build"]);
if (built.code !== 0) throw new Error(built.err);
const expected = kept(template);
afterAll(() => rmSync(template, { recursive: true }));

const paths = [...expected.keys()];
const onePath = (pattern: RegExp) => paths.find((path) => pattern.test(path))!;
const runFolder = onePath(/^runs\/look\/param_[^/]*\/single_a$/);
const fitlog = join(runFolder, "lfadsOutput/fitlog.csv");
const link = join(runFolder, "lfadsInput/lfads_a.h5");
const exported = onePath(/\/data_.*\/lfads_a\.h5$/);
const fitlogPlace = "<dir>/runs/look/param_*/single_a/lfadsOutput/fitlog.csv";
const blobOf = (path: string) => {
  const digest = expected.get(path)!;
  return join(".lfads/store/content-v2/sha256", digest.slice(0, 2), digest.slice(2, 4), digest.slice(4));
};
const trainRecord =
  onePath(/^\.lfads\/actions\//) &&
  paths.find((path) => path.startsWith(".lfads/actions/") && expected.get(path)!.includes("fitlog.csv"))!;

/** What is done to a file. */
const edit = (path: string) => rewrite(path, "edited");
const empty = (path: string) => rewrite(path, "");
const cut = (path: string) => rewrite(path, readFileSync(path).subarray(0, 40));
const flip = (path: string) => {
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1]! ^= 1;
  rewrite(path, bytes);
};
const remove = (path: string) => rmSync(path, { recursive: true });
const asFolder = (path: string) => {
  remove(path);
  mkdirSync(path);
};
/** Also of files that are read-only, also for their owner. */
function rewrite(path: string, content: string | Uint8Array): void {
  rmSync(path);
  writeFileSync(path, content);
}
const elsewhere = (path: string) => {
  remove(path);
  symlinkSync("elsewhere", path);
};
/** The state with another version in its first line. */
const version = (number: number) => (path: string) => {
  const [head, ...body] = readFileSync(path, "utf8").split("\n");
  rewrite(path, [head!.replace(/^lfads-state \d+/, `lfads-state ${number}`), ...body].join("\n"));
};

const train = "look/param_*/single_a:train";
const started = (label: string) => `  started   ${label}\n`;
const ran = (label: string) => `✓ ran       ${label}  _ s\n`;
const restored = (label: string) => `✓ restored  ${label}  _ s\n`;
const warning = (text: string, label?: string) => `warning: ${text}${label ? ` (${label})` : ""}\n`;
const noBest = warning(
  "Training ended before the KL and L2 weights had reached 1, so no epoch could be the best; the last one is used.",
  train,
);
const trained = `${started(train)}${noBest}${ran(train)}`;
const edited = `${warning(`${fitlogPlace}: This output was edited since it was made; it is overwritten.`, train)}${restored(train)}`;
const corrupt = warning(
  `${fitlogPlace}: The stored copy of lfadsOutput/fitlog.csv was corrupt; it was removed and is made again.`,
  train,
);
const badRecord = warning(
  "<dir>/.lfads/actions/*/<key>.json: The record of this result is damaged; the result is made again.",
  train,
);
const badState = warning("<dir>/.lfads/state: The state file is corrupt; it is made anew.");
const otherState = (number: number) =>
  warning(
    `<dir>/.lfads/state: The state was written by another version of lfads (format ${number}, this is 3); it is made anew.`,
  );
const afterTrain = ["model-params", "posterior_push_mean", "posterior_sample_and_average", "evaluate", "results"].map(
  (rule) => `look/param_*/single_a:${rule}`,
);
const others = ["own/a:dataset", "look/data_*/single_a/a:export", "look:summary", "look/param_*/single_a:scripts"];
const all = [...others, train, ...afterTrain].map(restored).join("");
const oneRestored = "Built in _ s: 1 restored, 9 fresh.";
const oneRan = "Built in _ s: 1 ran, 9 fresh.";
const allRestored = "Built in _ s: 10 restored.";
const nothing = "All 10 targets are fresh.";

type Harm = (path: string) => void;
type Case = readonly [title: string, harms: readonly (readonly [path: string, harm: Harm])[], out: string, err: string];

const cases: readonly Case[] = [
  ["an output that was edited", [[fitlog, edit]], oneRestored, edited],
  ["an output that was cut off", [[fitlog, cut]], oneRestored, edited],
  ["an output with one other bit", [[fitlog, flip]], oneRestored, edited],
  ["an output that is gone", [[fitlog, remove]], oneRestored, restored(train)],
  ["a link that is gone", [[link, remove]], oneRestored, restored(train)],
  ["a link that leads elsewhere", [[link, elsewhere]], oneRestored, restored(train)],
  [
    "a stored copy with one other bit",
    [
      [fitlog, remove],
      [blobOf(fitlog), flip],
    ],
    oneRan,
    corrupt + trained,
  ],
  [
    "a stored copy that was cut off",
    [
      [fitlog, remove],
      [blobOf(fitlog), cut],
    ],
    oneRan,
    corrupt + trained,
  ],
  [
    "a stored copy that is gone",
    [
      [fitlog, remove],
      [blobOf(fitlog), remove],
    ],
    oneRan,
    trained,
  ],
  ["a stored copy with one other bit that nothing needs now", [[blobOf(exported), flip]], nothing, ""],
  [
    "a record with one other bit",
    [
      [fitlog, remove],
      [trainRecord, flip],
    ],
    oneRan,
    badRecord + trained,
  ],
  [
    "a record that was cut off",
    [
      [fitlog, remove],
      [trainRecord, cut],
    ],
    oneRan,
    badRecord + trained,
  ],
  [
    "a record that is empty",
    [
      [fitlog, remove],
      [trainRecord, empty],
    ],
    oneRan,
    badRecord + trained,
  ],
  [
    "a record that is gone",
    [
      [fitlog, remove],
      [trainRecord, remove],
    ],
    oneRan,
    trained,
  ],
  ["a state file of something else", [[".lfads/state", edit]], allRestored, badState + all],
  ["a state file that was cut off", [[".lfads/state", cut]], allRestored, badState + all],
  ["a state file with one other bit", [[".lfads/state", flip]], allRestored, badState + all],
  ["an empty state file", [[".lfads/state", empty]], allRestored, badState + all],
  ["a state file of an older version", [[".lfads/state", version(0)]], allRestored, otherState(0) + all],
  ["a state file of a newer version", [[".lfads/state", version(7)]], allRestored, otherState(7) + all],
  ["no state file", [[".lfads/state", remove]], allRestored, all],
  ["a damaged note of what was fresh", [[".lfads/fresh", flip]], nothing, ""],
  [
    "a damaged memory of the lfadsfile",
    [
      [".lfads/config/lfadsfile.ts/bundle.mjs", edit],
      [".lfads/config/lfadsfile.ts/bundle.json", cut],
    ],
    nothing,
    "",
  ],
  [
    "what is known of a recording, with one other bit",
    [[".lfads/datasets/own/a.json", flip]],
    oneRestored,
    warning(
      "<dir>/.lfads/datasets/own/a.json: This output was edited since it was made; it is overwritten.",
      "own/a:dataset",
    ) + restored("own/a:dataset"),
  ],
];

/** A copy of the built project in a new folder. */
function copy(): string {
  const dir = mkdtempSync(join(tmpdir(), "lfads-damage-"));
  cpSync(template, dir, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  // A state without this note is what is looked at.
  return dir;
}

async function build(dir: string, ...args: string[]) {
  const { code, out, err } = await run(dir, ["build", "--jobs", "1", ...args]);
  const key = (text: string) => anonymous(dir, text).replace(/(actions\/)[0-9a-f]{2}/, "$1*");
  return { code, out: key(out).split("\n")[0], err: key(err) };
}

describe("the next build says what was harmed, and all is right again after", () => {
  it.concurrent.each(cases)("%s", async (_, harms, out, err) => {
    const dir = copy();
    for (const [path, harm] of harms) harm(join(dir, path));
    // What was noted to be fresh would hide a harmed state for as long as nothing needs it.
    if (harms.some(([path]) => path === ".lfads/state")) remove(join(dir, ".lfads/fresh"));
    expect(await build(dir)).toEqual({ code: 0, out, err });
    expect(await build(dir)).toEqual({ code: 0, out: nothing, err: "" });
    const now = kept(dir);
    // What nothing needs stays harmed until something needs it.
    if (out === nothing && harms[0]![0].includes("/store/")) now.set(harms[0]![0], expected.get(harms[0]![0])!);
    expect(now).toEqual(expected);
    expect(leftovers(dir)).toEqual([]);
    rmSync(dir, { recursive: true });
  });

  it.concurrent("a folder where an output belongs is the user's: the build says so and touches nothing", async () => {
    const dir = copy();
    asFolder(join(dir, fitlog));
    expect(await build(dir)).toEqual({
      code: 1,
      out: "Failed after _ s: 9 fresh, 1 failed.",
      err: `✗ failed    ${train}  _ s\n    ${fitlogPlace}: There is a folder where a file belongs.\n      Move the folder away.\n`,
    });
    remove(join(dir, fitlog));
    expect((await build(dir)).code).toBe(0);
    expect(kept(dir)).toEqual(expected);
    rmSync(dir, { recursive: true });
  });

  it.concurrent("a file where a folder of .lfads belongs fails what needs it, in order", async () => {
    const dir = copy();
    remove(join(dir, fitlog));
    remove(join(dir, ".lfads/staging"));
    writeFileSync(join(dir, ".lfads/staging"), "");
    const { code, out, err } = await build(dir);
    expect({ code, out }).toEqual({ code: 1, out: "Failed after _ s: 9 fresh, 1 failed." });
    expect(err).toMatch(
      /^✗ failed .*\n {4}<dir>\/\.lfads\/staging\/.*: A part of this path is a file, not a folder\.\n {6}Move the file away\.\n$/,
    );
    rmSync(join(dir, ".lfads/staging"));
    expect((await build(dir)).code).toBe(0);
    expect(kept(dir)).toEqual(expected);
    rmSync(dir, { recursive: true });
  });
});

describe("a lock", () => {
  /** Keys of the targets of this project are those of its records. */
  const trainKey = () => /([0-9a-f]{64})\.json$/.exec(trainRecord)![1]!;
  const unbuilt = () => {
    const dir = copy();
    for (const path of ["runs", ".lfads/actions", ".lfads/state", ".lfads/fresh", ".lfads/store"])
      remove(join(dir, path));
    return dir;
  };

  it.concurrent.each([
    ["of a process that has ended", `${2 ** 22 + 1}-1@${hostname()}`],
    ["of an earlier process with the id of a living one", `${process.pid}-1@${hostname()}`],
    ["with a name that says nothing", "?"],
  ])("%s holds nothing up and is swept away", async (_, owner) => {
    const dir = unbuilt();
    mkdirSync(join(dir, ".lfads/locks"), { recursive: true });
    writeFileSync(join(dir, ".lfads/locks", `${trainKey()}.${owner}`), "");
    const { code, err } = await build(dir);
    expect(code).toBe(0);
    expect(err).not.toContain("waiting");
    expect(leftovers(dir)).toEqual([]);
    expect(kept(dir)).toEqual(expected);
    rmSync(dir, { recursive: true });
  });

  it.concurrent("of another machine is waited for, and the build says how to go on when that machine is dead", async () => {
    const dir = unbuilt();
    mkdirSync(join(dir, ".lfads/locks"), { recursive: true });
    const lock = join(dir, ".lfads/locks", `${trainKey()}.17-1@elsewhere`);
    writeFileSync(lock, "");
    const building = start(dir, ["build", "--jobs", "1"]);
    while (!building.text.err.includes("waiting")) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(anonymous(dir, building.text.err)).toContain(
      `  waiting   ${train}  for process 17 on elsewhere; if that has ended, remove <dir>/.lfads/locks/<key>.17-1@elsewhere\n`,
    );
    rmSync(lock);
    expect(await building.ended).toMatchObject({ code: 0 });
    expect(kept(dir)).toEqual(expected);
    rmSync(dir, { recursive: true });
  });
});
