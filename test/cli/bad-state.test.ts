import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { inFolder, lfads, tinyLfadsfile } from "./run-lfads.js";

const commands = [
  ["status"],
  ["why", "stitched:summary"],
  ["show", "stitched:summary"],
  ["build", "--dry-run"],
  ["gc", "--dry-run"],
  ["clean", "--yes"],
];

it("a state that is corrupt or of another version is told by every command that looks at it", () => {
  inFolder(tinyLfadsfile(), (dir) => {
    expect(lfads(dir, "build", ":summary").code).toBe(0);
    const state = join(dir, ".lfads/state");
    const text = readFileSync(state, "utf8");
    const told = (...command: string[]) => {
      const { code, err } = lfads(dir, ...command);
      return { command, code, err };
    };
    expect(told("status")).toEqual({ command: ["status"], code: 0, err: "" });
    const version = text.replace("lfads-state 3", "lfads-state 1");
    for (const [damaged, what] of [
      [text.slice(0, -5), "The state file is corrupt; it is made anew."],
      [version, "The state was written by another version of lfads (format 1, this is 3); it is made anew."],
    ] as const) {
      for (const command of commands) {
        writeFileSync(state, damaged);
        expect(told(...command)).toEqual({ command, code: 0, err: `warning: ${state}: ${what}\n` });
      }
    }
  });
});
