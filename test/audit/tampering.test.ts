import { chmodSync, copyFileSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { verifyStore } from "#lib/audit/verify-store.js";
import type { ActionRecord } from "#lib/build/index.js";
import { storeHome } from "#lib/build/store-home.js";
import { type Altered, AuditedProject, everything, sha256 } from "./audited-project.js";

let project: AuditedProject;
beforeEach(async () => {
  project = new AuditedProject();
  await project.built();
  return () => project.remove();
});

const none = { holds: true, found: {}, inDoubt: {} };
const text = { first: "one+raw", second: "two+one+raw", third: "three+two+one+raw+two+one+raw" };

describe("a project that nobody touched", () => {
  it("holds, back to the raw file, and the audit writes nothing", async () => {
    const before = everything(project.dir);
    const { holds, counts, targets } = await project.audit();
    expect(holds).toBe(true);
    expect(targets.map(({ label, status }) => [label, status])).toEqual([
      ["apart:make", "holds"],
      ["first:make", "holds"],
      ["second:make", "holds"],
      ["third:make", "holds"],
    ]);
    const outputs = [text.first, text.second, text.second, text.third, "apart"];
    const stored = [...new Set(outputs)];
    expect(counts).toEqual({
      audited: 4,
      broken: 0,
      inDoubt: 0,
      notBuilt: 0,
      imported: 0,
      rawFiles: 1,
      outputs: outputs.length,
      storedCopies: stored.length,
      notStored: 0,
      bytes: ["raw", ...outputs, ...stored].join("").length,
    });
    expect(everything(project.dir)).toEqual(before);
  });

  it("holds without the state and without the store: neither is believed, and neither is needed", async () => {
    rmSync(project.path(".lfads/state"));
    rmSync(project.path(".lfads/store"), { recursive: true });
    expect(await project.findings()).toEqual(none);
    expect((await project.audit()).counts).toMatchObject({ audited: 4, storedCopies: 0, notStored: 4 });
  });

  it("is audited back to the raw file when one target is asked for, and no further", async () => {
    const { targets } = await project.audit(project.targets(), ["second:make"]);
    expect(targets.map(({ label }) => label)).toEqual(["first:make", "second:make"]);
  });

  it("is not said to hold when nothing of it was built", async () => {
    const targets = [project.target("never:made", [], { text: "never" })];
    expect(await project.audit(targets)).toMatchObject({ holds: false, counts: { audited: 0, notBuilt: 1 } });
  });

  it("holds where a result was restored from another target's, and names that", async () => {
    const targets = [...project.targets(), project.target("twin:make", [], { text: "apart" })];
    await project.build(targets);
    const audits = (await project.audit(targets)).targets;
    const twin = audits.find(({ label }) => label === "twin:make");
    expect(twin).toMatchObject({ status: "holds", record: { provenance: { label: "apart:make" } } });
  });

  it("of a target that belongs into another folder now is not that target's", async () => {
    const moved = project.targets().map((target) => {
      return target.label === "apart:make" ? { ...target, outDir: project.path("elsewhere") } : target;
    });
    expect(await project.audit(moved)).toMatchObject({ holds: true, counts: { audited: 3, notBuilt: 1, broken: 0 } });
  });

  it("has targets that are not built beside those that hold", async () => {
    const targets = [...project.targets(), project.target("later:make", ["third:make"], { text: "later" })];
    expect(await project.findings(targets)).toEqual(none);
    expect((await project.audit(targets)).counts).toMatchObject({ audited: 4, notBuilt: 1 });
  });
});

describe("on disk, an audit finds", () => {
  const output = { kind: "output", where: "runs/second/make/a.txt", recorded: sha256(text.second) };

  it("an output with other content of the same size and times", async () => {
    project.overwrite("runs/second/make/a.txt", "two+one+rAw");
    const finding = { ...output, what: "The output is not what its record says.", now: sha256("two+one+rAw") };
    expect(await project.findings()).toEqual({ holds: false, found: { "second:make": [finding] }, inDoubt: {} });
  });

  it("a missing output", async () => {
    rmSync(project.path("runs/second/make/a.txt"));
    const finding = { ...output, what: "The output is missing." };
    expect(await project.findings()).toEqual({ holds: false, found: { "second:make": [finding] }, inDoubt: {} });
  });

  it("all outputs of a target missing", async () => {
    rmSync(project.path("runs/third"), { recursive: true });
    const where = "runs/third/make/out.txt";
    const finding = { kind: "output", what: "The output is missing.", where, recorded: sha256(text.third) };
    expect(await project.findings()).toEqual({ holds: false, found: { "third:make": [finding] }, inDoubt: {} });
  });

  it("an output that is another target's", async () => {
    copyFileSync(project.path("runs/apart/make/out.txt"), project.path("runs/second/make/a.txt"));
    const finding = { ...output, what: "The output is not what its record says.", now: sha256("apart") };
    expect(await project.findings()).toEqual({ holds: false, found: { "second:make": [finding] }, inDoubt: {} });
  });

  it("a folder in place of an output", async () => {
    rmSync(project.path("runs/second/make/a.txt"));
    project.write("runs/second/make/a.txt/inside", "");
    const finding = { ...output, what: "The output cannot be read (EISDIR)." };
    expect(await project.findings()).toEqual({ holds: false, found: { "second:make": [finding] }, inDoubt: {} });
  });

  it.each([
    ["altered", (path: string) => writeFileSync(path, readFileSync(path, "utf8").toUpperCase())],
    ["truncated", (path: string) => truncateSync(path, 3)],
  ])("a stored copy that was %s, for each target that it is of", async (_, tamper) => {
    const digest = sha256("apart");
    chmodSync(project.path(project.storedPath(digest)), 0o644);
    tamper(project.path(project.storedPath(digest)));
    const now = sha256(project.read(project.storedPath(digest)));
    const what = "The stored copy of out.txt is corrupt.";
    const finding = { kind: "stored-copy", what, where: project.storedPath(digest), recorded: digest, now };
    expect(await project.findings()).toEqual({ holds: false, found: { "apart:make": [finding] }, inDoubt: {} });
  });

  it("a link that leads elsewhere, or is missing", async () => {
    const link = { kind: "link", where: "runs/link.txt", recorded: "second/make/a.txt" };
    rmSync(project.path("runs/link.txt"));
    const missing = { ...link, what: "The link is missing." };
    expect((await project.findings()).found).toEqual({ "second:make": [missing] });
    symlinkSync("third/make/out.txt", project.path("runs/link.txt"));
    const elsewhere = { ...link, what: "The link leads elsewhere.", now: "third/make/out.txt" };
    expect(await project.findings()).toEqual({ holds: false, found: { "second:make": [elsewhere] }, inDoubt: {} });
  });
});

describe("of the inputs, an audit finds", () => {
  const raw = { kind: "input", where: "raw.txt" };

  it("a raw file with other content of the same size and times, and what rests on it", async () => {
    project.overwrite("raw.txt", "rAw");
    const what = 'The input "raw.txt" is not the file that it was made from.';
    const finding = { ...raw, what, recorded: sha256("raw"), now: sha256("rAw") };
    expect(await project.findings()).toEqual({
      holds: false,
      found: { "first:make": [finding] },
      inDoubt: { "second:make": ["first:make"], "third:make": ["first:make"] },
    });
  });

  it("a raw file that is gone", async () => {
    rmSync(project.path("raw.txt"));
    const finding = { ...raw, what: 'The input "raw.txt" is missing.' };
    expect((await project.findings()).found).toEqual({ "first:make": [finding] });
  });

  it("a record that names another input than its maker recorded: the broken link, and not what follows", async () => {
    project.alterRecord("second:make", (record) => {
      record.inputs = [{ ...record.inputs[0]!, digest: sha256("other") }];
    });
    const { found, inDoubt } = await project.findings();
    const altered = {
      kind: "record-altered",
      what: "Its record was altered: what it says does not give the key that it is kept under.",
      where: project.recordPath(project.key("second:make")),
      recorded: project.key("second:make"),
      now: expect.stringMatching(/^[0-9a-f]{64}$/),
    };
    const input = {
      kind: "input",
      what: 'The input "first:make", out.txt, is not what first:make recorded.',
      where: "runs/first/make/out.txt",
      recorded: sha256("other"),
      now: sha256(text.first),
    };
    expect(found).toEqual({ "second:make": [altered, input] });
    expect(inDoubt).toEqual({ "third:make": ["second:make"] });
  });
});

describe("of the records, an audit finds", () => {
  it("another digest of an output: against the file, the store, and who read it", async () => {
    project.forgeRecord("first:make", (record) => {
      record.outputs = [{ ...record.outputs[0]!, digest: sha256("forged") }];
    });
    expect((await project.findings()).found).toEqual({
      "first:make": [
        {
          kind: "output",
          what: "The output is not what its record says.",
          where: "runs/first/make/out.txt",
          recorded: sha256("forged"),
          now: sha256(text.first),
        },
      ],
      "second:make": [
        {
          kind: "input",
          what: 'The input "first:make", out.txt, is not what first:make recorded.',
          where: "runs/first/make/out.txt",
          recorded: sha256(text.first),
          now: sha256("forged"),
        },
      ],
    });
  });

  it("another size of an output", async () => {
    project.forgeRecord("apart:make", (record) => {
      record.outputs = [{ ...record.outputs[0]!, size: 7 }];
    });
    const what = "The output has another size than its record says.";
    const finding = { kind: "output", what, where: "runs/apart/make/out.txt", recorded: "7", now: "5" };
    expect((await project.findings()).found).toEqual({ "apart:make": [finding] });
  });

  const param = {
    kind: "param",
    what: "The parameter text differs from what the lfadsfile says.",
    recorded: '"forged"',
    now: '"two"',
  };

  it("another parameter", async () => {
    project.alterRecord("second:make", (record) => {
      record.params = { ...(record.params as object), text: "forged" };
    });
    const { found } = await project.findings();
    expect(found).toEqual({ "second:make": [expect.objectContaining({ kind: "record-altered" }), param] });
  });

  it("another parameter with the key that it gives, under that name, with and without the state", async () => {
    project.forgeRecord("second:make", (record) => {
      record.params = { ...(record.params as object), text: "forged" };
    });
    expect((await project.findings()).found).toEqual({ "second:make": [param] });
    rmSync(project.path(".lfads/state"));
    expect((await project.findings()).found).toEqual({ "second:make": [param] });
  });

  it("another rule version with the key that it gives", async () => {
    project.forgeRecord("apart:make", (record) => {
      record.ruleVersion = "0";
    });
    const what = "It was made by another version of its rule than this lfads has.";
    const finding = { kind: "rule", what, recorded: "join 0", now: "join 1" };
    expect((await project.findings()).found).toEqual({ "apart:make": [finding] });
  });

  it("another key in it than its name", async () => {
    project.alterRecord("apart:make", (record) => {
      record.key = project.key("first:make");
    });
    const finding = { kind: "record-altered", recorded: project.key("apart:make"), now: project.key("first:make") };
    expect((await project.findings()).found).toEqual({ "apart:make": [expect.objectContaining(finding)] });
  });

  it.each<[string, (record: Altered<ActionRecord>) => void]>([
    ["seconds", ({ provenance }) => void Object.assign(provenance, { seconds: 1e6 })],
    ["host", ({ provenance }) => void Object.assign(provenance, { host: "elsewhere" })],
    ["commit", ({ provenance }) => void Object.assign(provenance, { git: { commit: "0".repeat(40), dirty: false } })],
    ["modes of outputs", ({ outputs }) => void Object.assign(outputs[0]!, { mode: 0o600 })],
  ])("other %s, which are in no key, by the checksum", async (_, change) => {
    const written = (project.record("second:make") as ActionRecord & { sum: string }).sum;
    project.alterRecord("second:make", change);
    const { holds, found, inDoubt } = await project.findings();
    const altered = {
      kind: "record-altered",
      what: "Its record was altered: its checksum is not that of what it says.",
      where: project.recordPath(project.key("second:make")),
      recorded: written,
      now: expect.stringMatching(/^[0-9a-f]{64}$/),
    };
    expect({ holds, found }).toEqual({ holds: false, found: { "second:make": [altered] } });
    expect(inDoubt).toEqual({ "third:make": ["second:make"] });
    const { problems } = await verifyStore(storeHome(project.path(".lfads")), () => {});
    expect(problems.filter(({ kind }) => kind.startsWith("record"))).toEqual([
      {
        kind: "record-altered",
        what: "The record was altered: its checksum is not that of what it says.",
        where: project.path(project.recordPath(project.key("second:make"))),
        target: "second:make",
        key: project.key("second:make"),
      },
    ]);
  });

  it("one without a checksum", async () => {
    project.alterRecord("apart:make", (record) => {
      delete (record as { sum?: string }).sum;
    });
    const altered = {
      kind: "record-altered",
      what: "Its record was altered: its checksum is not that of what it says.",
    };
    expect((await project.findings()).found).toEqual({ "apart:make": [expect.objectContaining(altered)] });
  });

  it("one that is missing, and what cannot be traced any further", async () => {
    rmSync(project.path(project.recordPath(project.key("first:make"))));
    expect(await project.findings()).toEqual({
      holds: false,
      found: {
        "first:make": [
          {
            kind: "record-missing",
            what: "Its record is missing: nothing tells how it was made.",
            where: project.recordPath(project.key("first:make")),
          },
        ],
        "second:make": [
          {
            kind: "input-unrecorded",
            what: 'The input "first:make" cannot be traced: first:make has no record that names it.',
          },
        ],
      },
      inDoubt: { "second:make": ["first:make"], "third:make": ["second:make", "first:make"] },
    });
  });

  it.each(["", "{", "null", "[]", '{"format":1}', '{"format":2}'])("one that holds nothing but %j", async (content) => {
    const where = project.recordPath(project.key("third:make"));
    project.write(where, content);
    const finding = { kind: "record-unreadable", what: "Its record cannot be read.", where };
    expect((await project.findings()).found).toEqual({ "third:make": [finding] });
  });
});

it("results without any record, and files that are no results, are told as of unknown origin", async () => {
  project.write("runs/first/make/more.txt", "mine");
  rmSync(project.path(project.recordPath(project.key("apart:make"))));
  rmSync(project.path(".lfads/state"));
  const { counts, unrecorded } = await project.audit();
  expect(counts).toMatchObject({ audited: 3, broken: 0, notBuilt: 1 });
  expect(unrecorded).toEqual(["runs/apart/make/out.txt", "runs/first/make/more.txt"]);
});

describe("against the lfadsfile, an audit finds", () => {
  it("a parameter that was changed and not built, and what rests on it", async () => {
    const what = "The parameter text differs from what the lfadsfile says.";
    const finding = { kind: "param", what, recorded: '"two"', now: '"2"' };
    expect(await project.findings(project.targets({ second: "2" }))).toEqual({
      holds: false,
      found: { "second:make": [finding] },
      inDoubt: { "third:make": ["second:make"] },
    });
  });

  it("a rule that this lfads has in another version, as with another engine", async () => {
    project.ruleVersions.join = "2 wasm-2-0123456789abcdef";
    const what = "It was made by another version of its rule than this lfads has.";
    const finding = { kind: "rule", what, recorded: "join 1", now: "join 2 wasm-2-0123456789abcdef" };
    expect((await project.findings()).found).toEqual({
      "apart:make": [finding],
      "first:make": [finding],
      "second:make": [finding],
      "third:make": [finding],
    });
  });

  it("outputs of an earlier lfadsfile where those of the present one belong", async () => {
    await project.build(project.targets({ text: "later" }));
    const { found } = await project.findings();
    expect(Object.keys(found)).toEqual(["first:make", "second:make", "third:make"]);
    expect(found["first:make"]).toEqual([
      {
        kind: "output",
        what: "The output is not what its record says.",
        where: "runs/first/make/out.txt",
        recorded: sha256(text.first),
        now: sha256("later+raw"),
      },
    ]);
  });
});

it("an output, a record and a stored copy that agree are not found without making the result again", async () => {
  project.write("runs/third/make/out.txt", "forged");
  project.store_("forged");
  project.forgeRecord("third:make", (record) => {
    record.outputs = [{ ...record.outputs[0]!, digest: sha256("forged"), size: 6 }];
  });
  expect(await project.findings()).toEqual(none);
});
