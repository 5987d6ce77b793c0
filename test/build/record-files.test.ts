import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { exportsLfadsfile, inFolder, lfads } from "../cli/run-lfads.js";

const records = "runs/look/lfads-records.jsonl";

/** Hands a folder with what was built to `use`, without `.lfads`. */
function copied(use: (dir: string, from: string) => void): void {
  inFolder(exportsLfadsfile([5]), (from) => {
    expect(lfads(from, "build", "look:export", "--records").code).toBe(0);
    inFolder(undefined, (dir) => {
      cpSync(from, dir, { recursive: true, filter: (path) => !path.endsWith(".lfads"), verbatimSymlinks: true });
      use(dir, from);
    });
  });
}

it("outputs that bring their records along are fresh without the store, and are taken over as they are", () => {
  copied((dir, from) => {
    expect(readFileSync(join(dir, records), "utf8").split("\n")).toHaveLength(4);
    expect(JSON.parse(lfads(dir, "status", ":export", "--json").out).targets).toEqual({
      "tiny/dataset001:generate": "fresh",
      "look/data_avEZkk/all/dataset001:export": "fresh",
    });
    expect(existsSync(join(dir, ".lfads/actions"))).toBe(false);
    const { code, out } = lfads(dir, "build", "look:export", "--records");
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(/^Built in \d\S* m?s?: 1 ran, 2 restored\.\n/),
    });
    expect(lfads(dir, "build", "look:export", "--records").out).toBe("All 2 targets are fresh.\n");
    expect(readFileSync(join(dir, records), "utf8")).not.toBe("");
    expect(readFileSync(join(from, records), "utf8")).toContain('"rule":"export"');
  });
});

it("a record that was altered, or whose outputs were, is not believed", () => {
  copied((dir) => {
    const text = readFileSync(join(dir, records), "utf8");
    writeFileSync(
      join(dir, records),
      `nonsense "key":"${"0".repeat(64)}"\n${text.replaceAll('"threads":', '"threads":1')}`,
    );
    const status = () => JSON.parse(lfads(dir, "status", ":export", "--json").out).targets;
    expect(Object.values(status())).toEqual(["missing", "missing"]);
    writeFileSync(join(dir, records), text);
    expect(Object.values(status())).toEqual(["fresh", "fresh"]);
    rmSync(join(dir, "runs/look/data_avEZkk/all/lfads_dataset001.h5"));
    expect(Object.values(status())).toEqual(["fresh", "missing"]);
  });
});
