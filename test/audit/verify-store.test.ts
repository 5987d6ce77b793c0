import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { repairStore, verifyStore } from "#lib/audit/verify-store.js";
import { CacacheStore } from "#lib/build/cacache-store.js";
import { storedFile } from "#lib/build/stored-file.js";
import { ToyProject } from "../build/toy-project.js";

describe("the store of a project whose results lie outside of its folder", () => {
  let project: ToyProject;
  let outDir: string;
  beforeEach(async () => {
    project = new ToyProject();
    outDir = mkdtempSync(join(tmpdir(), "lfads-results-"));
    project.options = { store: new CacacheStore(project.path(".lfads/store")) };
    await project.build([project.target("c/a:x", [], { text: "a" }, { outDir })]);
  });
  afterEach(() => {
    project.remove();
    rmSync(outDir, { recursive: true });
  });
  const verify = async () => (await verifyStore(project.path(".lfads"), () => {})).problems;
  const digest = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";

  it.each([
    ["corrupt", (path: string) => writeFileSync(path, "b"), "The stored copy of out.txt is corrupt."],
    ["missing", (path: string) => rmSync(path), "The store does not have out.txt, which the record names."],
  ] as const)("heals from them where it is %s", async (_, damage, what) => {
    const stored = storedFile(project.path(".lfads/store"), digest);
    chmodSync(stored, 0o644);
    damage(stored);
    const problems = await verify();
    expect(problems.map((problem) => problem.what)).toEqual([what]);
    expect(await repairStore(project.dir, problems)).toEqual({ healed: 1, removed: 0, lost: [] });
    expect(await verify()).toEqual([]);
  });

  it("loses a content, and the record of it, that they have no longer", async () => {
    rmSync(storedFile(project.path(".lfads/store"), digest));
    writeFileSync(join(outDir, "out.txt"), "edited");
    expect(await repairStore(project.dir, await verify())).toEqual({
      ...{ healed: 0, removed: 0 },
      lost: [{ target: "c/a:x", key: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    });
    expect(await verify()).toEqual([]);
    expect(await verifyStore(project.path(".lfads"), () => {})).toMatchObject({ records: 0, contents: 0 });
  });
});
