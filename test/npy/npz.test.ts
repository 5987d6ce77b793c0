import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, test } from "vitest";
import { FailureError } from "#lib/failure.js";
import { openNpz } from "#lib/npy/open-npz.js";
import { npyEntry } from "#lib/npy/write-npy.js";
import { writeNpz } from "#lib/npy/write-npz.js";
import { deflatedZip, failureOf, fileOf } from "./npy-bytes.js";

const arrays = {
  counts: { data: Uint8Array.from({ length: 24 }, (_, i) => i % 3), shape: [4, 3, 2] },
  side: { data: ["left", "right"] },
};
const npy = (content: Parameters<typeof npyEntry>[0]) => Buffer.concat([...npyEntry(content).pieces()]);
const deflated = (method?: number, flags?: number) =>
  deflatedZip(
    Object.fromEntries(Object.entries(arrays).map(([name, content]) => [`${name}.npy`, npy(content)])),
    method,
    flags,
  );

function stored(): string {
  const file = fileOf(Buffer.of(), "npz");
  writeNpz(file, arrays);
  return file;
}
const damaged = "The zip archive is damaged.\n  It may be cut short, or still being written. Copy or make it again.";

describe("npz archives", () => {
  test.each([
    ["stored", stored],
    ["deflated", () => fileOf(deflated(), "npz")],
    ["with something before it", () => fileOf(Buffer.concat([Buffer.from("#!/bin/sh\n"), deflated()]), "npz")],
    ["with a comment", () => fileOf(Buffer.concat([deflated(), Buffer.from("made by hand")]), "npz")],
  ])("%s: arrays come back by name", async (_, make) => {
    const npz = openNpz(make());
    expect(npz.names).toEqual(["counts", "side"]);
    const counts = await npz.array("counts");
    expect([counts.shape, [...counts.readRows(1, 2)]]).toEqual([[4, 3, 2], [...arrays.counts.data.subarray(6, 18)]]);
    expect((await npz.array("side")).readText()).toEqual(["left", "right"]);
    npz.close();
  });

  test("equal arrays give equal bytes, and nothing is left aside", () => {
    const [one, other] = [stored(), stored()];
    expect(readFileSync(one)).toEqual(readFileSync(other));
    expect(readdirSync(new URL(".", `file://${one}`)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("what is inflated leaves nothing in the folder of temporary files", async () => {
    const ours = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`lfads-${process.pid}-`));
    const npz = openNpz(fileOf(deflated(), "npz"));
    expect((await npz.array("counts")).read()).toHaveLength(24);
    expect(ours()).toEqual([]);
    npz.close();
  });

  test("a missing array names those that exist, closest first", async () => {
    const file = stored();
    expect(await failureOf(file, () => openNpz(file).array("sides"))).toBe(
      "FILE:sides: The .npz file has no such array.\n  It holds, closest first: side, counts.",
    );
  });

  test.each([
    [
      "no archive",
      () => Buffer.from("%PDF-1.4\n".repeat(10)),
      "FILE: This is not a zip archive, as .npz files are.\n  Check the pattern in the lfadsfile: .npy and .npz files can be read.",
    ],
    ["half an archive", () => deflated().subarray(0, 200), `FILE: ${damaged}`],
    [
      "an encrypted one",
      () => deflated(8, 1),
      "FILE:counts: The archive is encrypted.\n  Save it with numpy.savez or numpy.savez_compressed.",
    ],
    [
      "another method",
      () => deflated(14),
      "FILE:counts: It is compressed by a method (14) that is not read here.\n  Save it with numpy.savez or numpy.savez_compressed.",
    ],
  ])("%s is refused", async (_, make, message) => {
    const file = fileOf(make(), "npz");
    expect(await failureOf(file, () => openNpz(file).array("counts"))).toBe(message);
  });

  test("a damaged value is told from the sum, while the other array is still read", async () => {
    for (const whole of [readFileSync(stored()), deflated()]) {
      const bytes = Buffer.from(whole);
      bytes[bytes.indexOf("counts.npy") + 60]! ^= 1;
      const file = fileOf(bytes, "npz");
      expect(await failureOf(file, () => openNpz(file).array("counts"))).toBe(`FILE:counts: ${damaged}`);
      expect((await openNpz(file).array("side")).readText()).toEqual(["left", "right"]);
    }
  });

  test("an archive cut anywhere, or with any byte changed, gives the right values or a failure", async () => {
    for (const whole of [readFileSync(stored()), deflated()]) {
      let [right, refused] = [0, 0];
      const tryOut = async (bytes: Buffer) => {
        try {
          const npz = openNpz(fileOf(bytes, "npz"));
          try {
            expect([...(await npz.array("counts")).read()]).toEqual([...arrays.counts.data]);
            right++;
          } finally {
            npz.close();
          }
        } catch (error) {
          if (!(error instanceof FailureError)) throw error;
          refused++;
        }
      };
      for (let length = 0; length < whole.length; length += 3) await tryOut(whole.subarray(0, length));
      expect(right).toBe(0);
      for (let at = 0; at < whole.length; at++) {
        const bytes = Buffer.from(whole);
        bytes[at]! ^= 0x41;
        await tryOut(bytes);
      }
      expect(right).toBeGreaterThan(50); // times, the other array, fields that nobody reads
      expect(refused).toBeGreaterThan(200);
    }
  });
});
