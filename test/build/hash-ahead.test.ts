import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { hashFile, stampOf } from "#lib/build/file-digest.js";
import { HashAhead } from "#lib/build/hash-ahead.js";
import { createGraph } from "#lib/build/index.js";
import { BuildState } from "#lib/build/state.js";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "lfads-ahead-"));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(dir, { recursive: true, force: true });
});

const [MUCH, LITTLE] = [5 << 20, 100 << 10];

test("a much larger file has the others hashed with it, but not one that may still change under its stamp", async () => {
  const path = (name: string) => join(dir, name);
  for (const [name, size] of Object.entries({ large: MUCH, other: LITTLE, changed: LITTLE, tiny: 10, young: LITTLE }))
    writeFileSync(path(name), Buffer.alloc(size, name));
  const inputs = ["large", "other", "changed", "tiny", "young"].map((name) => ({ name, file: path(name) }));
  const graph = createGraph([{ label: "a:x", rule: "r", params: {}, inputs, outDir: path("out") }]);
  if (!graph.ok) throw new Error(JSON.stringify(graph.error));
  const ahead = new HashAhead(dir, graph.value, new BuildState(dir, { warn: () => {} }));
  const digest = (name: string) => ahead.digest(path(name), stampOf(path(name))!);
  expect(await digest("other")).toBeUndefined();

  // The clock is that of the file written last, which all others are older than.
  await new Promise((resolve) => setTimeout(resolve, 60));
  writeFileSync(path("young"), Buffer.alloc(LITTLE, "young"));
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(Math.ceil(stampOf(path("young"))!.ctimeMs) + 5);
  expect(await digest("large")).toBe(await hashFile(path("large"), MUCH));
  vi.useRealTimers();

  expect(await digest("other")).toBe(await hashFile(path("other"), LITTLE));
  expect(await digest("young")).toBeUndefined();
  expect(await digest("tiny")).toBeUndefined();
  writeFileSync(path("changed"), Buffer.alloc(LITTLE, "again"));
  expect(await digest("changed")).toBeUndefined();
});
