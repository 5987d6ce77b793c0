import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RunningReport } from "#lib/build/progress-file.js";
import { processName } from "#lib/process-name.js";
import { rule, ToyProject } from "./toy-project.js";

let project: ToyProject;
beforeEach(() => {
  project = new ToyProject();
});
afterEach(() => project.remove());

test("what a killed build has left is no target that runs", async () => {
  const target = project.target("a:x", []);
  const { pid } = spawnSync("true");
  const process = processName().replace(/^\d+/, String(pid));
  project.write(".lfads/logs/a@x.progress.json", JSON.stringify({ startedAt: new Date().toISOString(), process }));
  expect(project.open([target]).session.show("a:x").running).toBeUndefined();
});

test("another session sees what a running target last said, and nothing once it has ended", async () => {
  const seen: (RunningReport | undefined)[] = [];
  const look = () => seen.push(project.open([target]).session.show("a:x").running);
  project.rules = {
    join: rule("join", async (context) => {
      look();
      context.progress({ done: 0.5, fields: [["epoch", 7]] });
      look();
    }),
  };
  const target = project.target("a:x", []);
  await project.build([target]);
  look();
  const startedAt = expect.stringMatching(/^\d{4}-.*Z$/);
  expect(seen).toEqual([undefined, { startedAt, progress: { done: 0.5, fields: [["epoch", 7]] } }, undefined]);
  expect(existsSync(project.path(".lfads/logs/a@x.progress.json"))).toBe(false);
});
