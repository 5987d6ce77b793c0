import fc from "fast-check";
import { expect, test } from "vitest";
import { lineKey, StateIndex } from "#lib/build/state-index.js";
import { formatLine, type StateLine } from "#lib/build/state-line.js";

const line = (kind: StateLine["kind"], name: string): StateLine => ({
  ...{ kind, name, newestMs: name.length, json: JSON.stringify([name]), trustedBefore: 5 },
});
const indexOf = (lines: readonly StateLine[]) =>
  new StateIndex(Buffer.from(lines.map(formatLine).sort().join("\n")), 5);

test("of any names each is found, no other is, and those of a kind come once each", () => {
  const names = fc.uniqueArray(
    fc.oneof(fc.string(), fc.constantFrom("a", "a/", 'a"', "a\t", "ab", "a\n", "ä", "😀", "\\")),
  );
  fc.assert(
    fc.property(names, names, names, (targets, files, others) => {
      const lines = [...targets.map((name) => line("target", name)), ...files.map((name) => line("file", name))];
      const index = indexOf(lines);
      for (const each of lines) expect(index.find(lineKey(each.kind, each.name))).toEqual(each);
      for (const name of others)
        if (!targets.includes(name)) expect(index.find(lineKey("target", name))).toBeUndefined();
      expect([...index.lines("target")].map(({ name }) => name).sort()).toEqual([...targets].sort());
      expect([...index.lines("file")].map(({ name }) => name).sort()).toEqual([...files].sort());
    }),
  );
});

test("an empty index has nothing", () => {
  expect([StateIndex.empty.find(lineKey("target", "a")), [...StateIndex.empty.lines("file")]]).toEqual([undefined, []]);
});
