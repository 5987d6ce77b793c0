import { readdirSync, readlinkSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Target } from "#lib/build/index.js";
import { RecordStore } from "#lib/build/record-store.js";
import { clockTick, ToyProject } from "./toy-project.js";

let project: ToyProject;
beforeEach(() => {
  project = new ToyProject();
  project.options = { ruleVersions: { join: "1", found: "1" } };
});
afterEach(() => project.remove());

/** `found:files` adopts two files; `use:made` joins them. */
function targets(names: readonly string[] = ["a.txt", "deep/b.txt"]): Target[] {
  return [
    {
      label: "found:files",
      rule: "found",
      params: {},
      adopts: true,
      inputs: names.map((name) => ({ name: "adopted", file: project.path("theirs", name), as: name })),
      outDir: project.path("theirs"),
    },
    project.target("use:made", ["found:files"]),
  ];
}

it("a target that adopts has the files that are there as its outputs, and its dependents read them", async () => {
  project.write("theirs/a.txt", "A");
  project.write("theirs/deep/b.txt", "B");
  const before = statSync(project.path("theirs/a.txt"));
  expect(await project.build(targets())).toMatchObject({
    ok: true,
    counts: { imported: 1, ran: 1 },
    outcomes: new Map([
      ["found:files", "imported"],
      ["use:made", "ran"],
    ]),
  });
  expect(project.ran).toEqual(["use:made"]);
  expect(project.read("runs/use/made/out.txt")).toBe("A+B");
  expect(statSync(project.path("theirs/a.txt"))).toMatchObject({ ino: before.ino, ctimeMs: before.ctimeMs });
  expect(readdirSync(project.path("theirs"))).toEqual(["a.txt", "deep"]);

  const { session } = project.open(targets());
  const { record } = session.show("found:files");
  await session.close();
  expect(record!.outputs.map(({ path }) => path)).toEqual(["a.txt", "deep/b.txt"]);
  expect(record!.provenance).toMatchObject({ label: "found:files", imported: true });
  expect([...project.store.list()].length).toBe(1);
});

it("adopted files are fresh in the next build, and a changed one reaches what was made of them", async () => {
  project.write("theirs/a.txt", "A");
  project.write("theirs/deep/b.txt", "B");
  await project.build(targets());
  await clockTick();
  expect(await project.build(targets())).toMatchObject({ counts: { fresh: 2, ran: 0 } });

  project.write("theirs/a.txt", "other");
  const plan = await project.plan(targets());
  expect(plan.verdicts.get("found:files")).toMatchObject({
    kind: "run",
    reasons: [{ kind: "input", file: "a.txt", path: project.path("theirs/a.txt") }],
  });
  expect(await project.build(targets())).toMatchObject({ ok: true, counts: { imported: 1, ran: 1 } });
  expect(project.read("theirs/a.txt")).toBe("other");
  expect(project.read("runs/use/made/out.txt")).toBe("other+B");
});

it("a file that is gone blocks what adopts it, and is not missed once nothing names it", async () => {
  project.write("theirs/a.txt", "A");
  project.write("theirs/deep/b.txt", "B");
  await project.build(targets());
  rmSync(project.path("theirs/a.txt"));
  const { ok, failures } = await project.build(targets());
  expect(ok).toBe(false);
  expect(failures).toMatchObject([
    { what: "The input file does not exist.", where: project.path("theirs/a.txt"), target: "found:files" },
  ]);
  project.write("theirs/a.txt", "A");
  expect(await project.build(targets(["deep/b.txt"]))).toMatchObject({ ok: true });
  expect(project.read("theirs/a.txt")).toBe("A");
  expect(project.read("runs/use/made/out.txt")).toBe("B");
});

it("neither clean nor gc --outputs removes an adopted file", async () => {
  project.write("theirs/a.txt", "A");
  project.write("theirs/deep/b.txt", "B");
  await project.build(targets());
  const { session } = project.open(targets());
  const removed = await session.clean(["found:files", "use:made"]);
  await session.close();
  expect(removed).toEqual([project.path("runs/use/made/out.txt")]);

  // Nor a link of theirs that a target in its place would make just so.
  await project.build(targets());
  symlinkSync("a.txt", project.path("theirs/link"));
  const links = [{ path: project.path("theirs/link"), to: "a.txt" }];
  const instead = project.open([{ ...targets()[0]!, adopts: false, links }]);
  expect(await instead.session.clean(["found:files"])).toEqual([]);
  await instead.session.close();
  expect(readlinkSync(project.path("theirs/link"))).toBe("a.txt");
  rmSync(project.path("theirs/link"));

  await project.build(targets());
  await clockTick();
  const other = project.open([]);
  const reaches = [await other.session.reach()];
  await other.session.collectGarbage({ reaches, outputs: true });
  await other.session.close();
  expect(project.read("theirs/a.txt")).toBe("A");
  expect(project.read("theirs/deep/b.txt")).toBe("B");
});

it("without the state and its records the files are adopted again under the same key", async () => {
  project.write("theirs/a.txt", "A");
  project.write("theirs/deep/b.txt", "B");
  await project.build(targets());
  const keys = () => [...new RecordStore(join(project.dir, ".lfads", "actions")).list()].map(({ key }) => key).sort();
  const before = keys();
  rmSync(project.path(".lfads"), { recursive: true });
  expect(await project.build(targets())).toMatchObject({ ok: true, failures: [] });
  expect(keys()).toEqual(before);
});
