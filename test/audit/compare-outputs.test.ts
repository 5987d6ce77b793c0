import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { compareFiles } from "#lib/audit/compare-outputs.js";
import type { Rebuild } from "#lib/audit/rebuild-targets.js";
import { formatRebuild } from "#lib/cli/format-rebuild.js";
import { painter } from "#lib/cli/paint.js";
import { type Hdf5Writer, writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { inFolder } from "../cli/run-lfads.js";

/** The lines that a difference of one file is told in. */
async function told(recorded: (path: string) => Promise<void>, made: (path: string) => Promise<void>) {
  return inFolder(undefined, async (dir) => {
    const [left, right] = [join(dir, "recorded"), join(dir, "made")];
    await recorded(left);
    await made(right);
    const difference = await compareFiles("out", left, right);
    const target = { label: "a:b", key: "k", outcome: "different" as const, files: 1, differences: [difference] };
    const rebuild: Rebuild = { targets: [target], interrupted: false, seconds: 2 };
    return formatRebuild(rebuild, painter(false));
  });
}

const hdf5 = (write: (writer: Hdf5Writer) => void) => (path: string) => writeHdf5(path, write);
const text = (content: string | Buffer) => async (path: string) => writeFileSync(path, content);
const end = "Made again: 1 different (2.0 s).";

it("HDF5 files are compared dataset by dataset: by how much, and where most", async () => {
  const recorded = hdf5((file) => {
    file.dataset("factors", new Float64Array([0, 1, 2, 3, 4, 5]), [2, 3]);
    file.dataset("rates", new Float32Array([1, 2]));
    file.dataset("same", new Float32Array([1, 2]));
    file.dataset("old", new Float32Array([1]));
    file.attribute("same", "unit", "ms");
  });
  const made = hdf5((file) => {
    file.dataset("factors", new Float64Array([0, 1.5, 2, 3, 4, 5.001]), [2, 3]);
    file.dataset("rates", new Float64Array([1, 2, 3]));
    file.dataset("same", new Float32Array([1, 2]));
    file.dataset("new", new Float32Array([1]));
    file.attribute("same", "unit", "s");
  });
  expect(await told(recorded, made)).toEqual([
    "✗ a:b",
    "    out: old was recorded, but not made again.",
    "    out: new was made, but is not recorded.",
    "    out: factors differs in 2 of 6 values, by at most 0.5 (at 0,1: 1 recorded, 1.5 made again).",
    "    out: rates is 2 float32 recorded, 3 float64 made again.",
    "    out: the attribute same@unit differs.",
    end,
  ]);
});

it("HDF5 files of other bytes and equal values say so", async () => {
  const recorded = hdf5((file) => file.dataset("x", new Float64Array([1, 2, 3]), [3], { gzip: 1 }));
  const made = hdf5((file) => file.dataset("x", new Float64Array([1, 2, 3])));
  expect(await told(recorded, made)).toEqual(["✗ a:b", "    out: the same values, in a file of other bytes.", end]);
});

it.each([
  ["recorded", "recoRded", "it differs from byte 4 on; 8 bytes recorded, 8 made again."],
  ["recorded", "record", "it differs from byte 6 on; 8 bytes recorded, 6 made again."],
  ["", "made", "it differs from byte 0 on; 0 bytes recorded, 4 made again."],
])("other files by their first byte that differs: %j and %j", async (recorded, made, line) => {
  expect(await told(text(recorded), text(made))).toEqual(["✗ a:b", `    out: ${line}`, end]);
});

it("large files are compared to their end", async () => {
  const [recorded, made] = [Buffer.alloc(3e6, 1), Buffer.alloc(3e6, 1)];
  made[2_500_000] = 2;
  const line = "    out: it differs from byte 2500000 on; 3000000 bytes recorded, 3000000 made again.";
  expect(await told(text(recorded), text(made))).toEqual(["✗ a:b", line, end]);
});

it("what only begins like HDF5 is compared as bytes", async () => {
  const start = "\x89HDF\r\n\x1a\n";
  const line = "    out: it differs from byte 8 on; 9 bytes recorded, 9 made again.";
  const as = (rest: string) => text(Buffer.from(`${start}${rest}`, "latin1"));
  expect(await told(as("a"), as("b"))).toEqual(["✗ a:b", line, end]);
});

it("all that came out identical is counted, and what failed has its failure", () => {
  const one = { key: "k", files: 2, differences: [] };
  const identical = { ...one, label: "a:b", outcome: "identical" as const };
  const failure = { kind: "disk" as const, what: "The disk is full.", target: "c:d", hint: "Free some space." };
  const failed = { ...one, label: "c:d", outcome: "failed" as const, failure };
  const notRun = { ...one, label: "e:f", outcome: "not-run" as const };
  const format = (rebuild: Partial<Rebuild>) =>
    formatRebuild({ targets: [], interrupted: false, seconds: 75, ...rebuild }, painter(false));
  expect(format({ targets: [identical] })).toEqual(["Made again: 1 target, 2 files, all identical (1:15)."]);
  expect(format({ targets: [identical, failed] })).toEqual([
    "✗ c:d",
    "    The disk is full.",
    "      Free some space.",
    "Made again: 1 identical, 1 failed (1:15).",
  ]);
  expect(format({ targets: [identical, notRun], interrupted: true })).toEqual([
    "Interrupted while targets were made again: 1 identical, 1 not made (1:15).",
  ]);
  expect(format({})).toEqual(["Nothing was made again: no result that was asked for holds."]);
});
