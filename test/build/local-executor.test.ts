import { existsSync, readdirSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createGraph, openSession, type Target } from "#lib/build/index.js";
import { LocalExecutor } from "#lib/build/local-executor.js";
import { ToyProject } from "./toy-project.js";

const rulesModule = new URL("./toy-rules.mjs", import.meta.url).href;
const ruleNames = ["pid", "prints", "subprocess", "exits", "kills", "throwsLater", "steps", "deaf", "none"];

let project: ToyProject;

beforeEach(() => {
  project = new ToyProject();
});
afterEach(() => project.remove());

function target(label: string, rule: string, inputs: string[] = [], params = {}): Target {
  return { ...project.target(label, inputs, params), rule };
}

/** Builds with real child processes; `jobs` is 1, so targets run one after the other by label. */
async function build(
  targets: Target[],
  options: { keepGoing?: boolean; signal?: AbortSignal; onLog?: (line: string) => void; onStart?: () => void } = {},
) {
  const graph = createGraph(targets);
  if (!graph.ok) throw new Error(JSON.stringify(graph.error));
  project.events = [];
  const session = openSession({
    graph: graph.value,
    dir: project.dir,
    ruleVersions: Object.fromEntries(ruleNames.map((name) => [name, "1"])),
    rulesModule,
    jobs: 1,
    executor: new LocalExecutor({ rulesModule, graceMs: 200 }),
    onEvent: (event) => {
      project.events.push(event);
      if (event.type === "log") options.onLog?.(event.line);
      if (event.type === "started") options.onStart?.();
    },
  });
  try {
    return await session.run(options);
  } finally {
    await session.close();
  }
}

const pidOf = (label: string) => Number(project.read("runs", label.replace(":", "/"), "pid"));

test("a child is reused for the next target, replaced after a failure, and gone after the build", async () => {
  const targets = [
    target("a:x", "pid", [], { n: 1 }),
    target("b:x", "pid", [], { n: 2 }),
    target("c:x", "throwsLater"),
    target("d:x", "pid", [], { n: 3 }),
  ];
  const result = await build(targets, { keepGoing: true });
  expect(result.counts).toMatchObject({ ran: 3, failed: 1 });
  expect(pidOf("a:x")).toBe(pidOf("b:x"));
  expect(pidOf("d:x")).not.toBe(pidOf("a:x"));
  expect(pidOf("a:x")).not.toBe(process.pid);
  for (const label of ["a:x", "d:x"]) expect(() => process.kill(pidOf(label), 0)).toThrow("ESRCH");
});

test("all that a rule prints or logs comes in order, and progress with its last value", async () => {
  await build([target("a:x", "prints")]);
  expect(readFileSync(project.path(".lfads/logs/a@x.log"), "utf8")).toBe("to stdout\nlogged\nto stderr\nno line end\n");
  const progress = project.events.flatMap((event) => (event.type === "progress" ? [event.progress] : []));
  expect(progress.at(-1)).toEqual({ done: 1, fields: [["epoch", 50]] });
  expect(progress.length).toBeLessThan(10);
});

test("what programs print that a rule starts is in the log too", async () => {
  await build([target("a:x", "subprocess")]);
  expect(readFileSync(project.path(".lfads/logs/a@x.log"), "utf8")).toBe("from a program\n");
});

test("a process that exits, is killed, or throws outside its promise is one failed target", async () => {
  const result = await build(
    [target("a:x", "exits"), target("b:x", "kills"), target("c:x", "throwsLater"), target("d:x", "none")],
    {
      keepGoing: true,
    },
  );
  expect(result.failures).toEqual([
    {
      kind: "crashed",
      what: "The process of this target ended with exit code 7.",
      target: "a:x",
      hint: "Build again: it goes on from what it saved.",
      logTail: ["last words"],
      logFile: project.path(".lfads/logs/a@x.log"),
    },
    {
      kind: "crashed",
      what: "The process of this target was ended by SIGKILL.",
      target: "b:x",
      hint: "Build again: it goes on from what it saved. If the machine ran out of memory, build with fewer --jobs or less data at once.",
    },
    {
      kind: "internal",
      what: "The rule failed unexpectedly: out of the blue",
      target: "c:x",
      hint: "This is a bug in lfads or in your loader; --verbose shows where.",
      detail: expect.stringContaining("RangeError"),
    },
    {
      kind: "internal",
      what: "The rule failed unexpectedly: The rules module has no rule none.",
      target: "d:x",
      hint: "This is a bug in lfads or in your loader; --verbose shows where.",
      detail: expect.any(String),
    },
  ]);
});

test("an interrupted target leaves nothing but its scratch folder, and resumes from that", async () => {
  const abort = new AbortController();
  const targets = [target("a:x", "steps", [], { steps: 8, pauseAt: 5 }), target("b:x", "pid", ["a:x"])];
  const onLog = (line: string) => {
    if (line === "step 5") abort.abort();
  };
  const stopped = await build(targets, { signal: abort.signal, onLog });
  expect(stopped).toMatchObject({ interrupted: true, failures: [], counts: { ran: 0, notRun: 2 } });
  expect(existsSync(project.path("runs"))).toBe(false);
  expect(readdirSync(project.path(".lfads/staging"))).toEqual([]);
  const resumed = await build(targets);
  expect(resumed.counts).toMatchObject({ ran: 2 });
  expect(project.read("runs/a/x/out.txt")).toBe("steps 5 to 8");
});

test("a child that is stopped before it has read its job is interrupted, not failed", async () => {
  // More than the channel holds, so that the child is gone while it is being written.
  const text = "job ".repeat(1_000_000);
  const abort = new AbortController();
  const result = await build([target("a:x", "pid", [], { text })], {
    signal: abort.signal,
    onStart: () => abort.abort(),
  });
  expect(result).toMatchObject({ interrupted: true, failures: [], counts: { failed: 0, notRun: 1 } });
});

test("a child that does not listen to SIGTERM is killed", async () => {
  const abort = new AbortController();
  const result = await build([target("a:x", "deaf")], {
    signal: abort.signal,
    onLog: () => setTimeout(() => abort.abort(), 50),
  });
  expect(result).toMatchObject({ interrupted: true, failures: [] });
});
