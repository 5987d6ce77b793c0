import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { repairStore, verifyStore } from "#lib/audit/verify-store.js";
import { CacacheStore } from "#lib/build/cacache-store.js";
import { RecordStore } from "#lib/build/record-store.js";
import { storeHome } from "#lib/build/store-home.js";
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
  const verify = async () => (await verifyStore(storeHome(project.path(".lfads")), () => {})).problems;
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
    expect(await repairStore(project.dir, storeHome(project.path(".lfads")), problems)).toEqual({
      ok: true,
      value: { healed: 1, removed: 0, lost: [] },
    });
    expect(await verify()).toEqual([]);
  });

  it("loses nothing of them while the state does not tell where they are", async () => {
    const stored = storedFile(project.path(".lfads/store"), digest);
    rmSync(stored);
    const [state, problems] = [readFileSync(project.path(".lfads/state")), await verify()];
    const refusal = {
      ok: false,
      error: [
        {
          kind: "data",
          what: "The state is lost or damaged, so that it is not known which outputs contents could be put back from.",
          where: project.path(".lfads/state"),
          hint: "Build first: lfads build finds the outputs that are in place.",
        },
      ],
    };
    writeFileSync(project.path(".lfads/state"), "damaged");
    expect(await repairStore(project.dir, storeHome(project.path(".lfads")), problems)).toEqual(refusal);
    rmSync(project.path(".lfads/state"));
    expect(await repairStore(project.dir, storeHome(project.path(".lfads")), problems)).toEqual(refusal);
    expect(await verify()).toEqual(problems);
    writeFileSync(project.path(".lfads/state"), state);
    expect(await repairStore(project.dir, storeHome(project.path(".lfads")), problems)).toMatchObject({
      ok: true,
      value: { healed: 1 },
    });
  });

  it("loses a content, and the record of it, that they have no longer", async () => {
    rmSync(storedFile(project.path(".lfads/store"), digest));
    writeFileSync(join(outDir, "out.txt"), "edited");
    expect(await repairStore(project.dir, storeHome(project.path(".lfads")), await verify())).toEqual({
      ok: true,
      value: {
        ...{ healed: 0, removed: 0 },
        lost: [{ target: "c/a:x", key: expect.stringMatching(/^[0-9a-f]{64}$/) }],
      },
    });
    expect(await verify()).toEqual([]);
    expect(await verifyStore(storeHome(project.path(".lfads")), () => {})).toMatchObject({ records: 0, contents: 0 });
  });
});

describe("a store", () => {
  let project: ToyProject;
  beforeEach(async () => {
    project = new ToyProject();
    project.options = { store: new CacacheStore(project.path(".lfads/store")) };
    await project.build(["a", "b", "c"].map((text) => project.target(`c/${text}:x`, [], { text })));
  });
  afterEach(() => project.remove());
  const verify = (onProgress = () => {}) => verifyStore(storeHome(project.path(".lfads")), onProgress);
  const storedOf = (text: string) =>
    storedFile(project.path(".lfads/store"), createHash("sha256").update(text).digest("hex"));
  const recordOf = (label: string) => {
    const records = new RecordStore(project.path(".lfads/actions"));
    const { key } = [...records.all()].find(({ provenance }) => provenance.label === label)!;
    return project.path(".lfads/actions", key.slice(0, 2), `${key}.json`);
  };

  it("keeps what the system does not let be read: it may be whole", async () => {
    // A folder instead of a file is what even a superuser cannot read.
    const refused = [recordOf("c/a:x"), storedOf("b")];
    for (const path of refused) {
      rmSync(path);
      mkdirSync(path);
    }
    const { problems } = await verify();
    expect(problems.map(({ kind, what, where, target }) => ({ kind, what, where, target }))).toEqual([
      { kind: "refused", what: "The record cannot be read (EISDIR).", where: refused[0], target: null },
      {
        kind: "refused",
        what: "The stored copy of out.txt cannot be read (EISDIR).",
        where: refused[1],
        target: "c/b:x",
      },
    ]);
    const nothing = { healed: 0, removed: 0, lost: [] };
    expect(await repairStore(project.dir, storeHome(project.path(".lfads")), problems)).toEqual({
      ok: true,
      value: nothing,
    });
    expect((await verify()).problems).toEqual(problems);
  });

  it("has no problem with what a collection removes while it is read", async () => {
    const gone = [recordOf("c/b:x"), storedOf("a"), storedOf("b"), storedOf("c"), recordOf("c/a:x"), recordOf("c/c:x")];
    const { problems } = await verify(() => {
      for (const path of gone) rmSync(path, { force: true });
    });
    expect(gone.filter((path) => existsSync(path))).toEqual([]);
    expect(problems).toEqual([]);
  });
});
