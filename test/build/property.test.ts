/** Random graphs and edits: what a cached build leaves equals an uncached one, and a second build runs nothing. */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Target } from "#lib/build/index.js";
import { ToyProject } from "./toy-project.js";

interface ToyTarget {
  /** Bits: which earlier targets and which of the 3 data files it reads. */
  readonly reads: number;
  readonly text: number;
  readonly upperCase: boolean;
}

type Edit =
  | { readonly kind: "data"; readonly file: number; readonly text: number }
  | { readonly kind: "target"; readonly index: number; readonly to: ToyTarget }
  | { readonly kind: "delete" | "tamper"; readonly index: number }
  | { readonly kind: "lose-state" | "collect" }
  | { readonly kind: "select"; readonly index: number };

const toyTarget: fc.Arbitrary<ToyTarget> = fc.record({
  reads: fc.nat(255),
  text: fc.nat(2),
  upperCase: fc.boolean(),
});

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant("data" as const), file: fc.nat(2), text: fc.nat(3) }),
  fc.record({ kind: fc.constant("target" as const), index: fc.nat(5), to: toyTarget }),
  fc.record({ kind: fc.constantFrom("delete" as const, "tamper" as const), index: fc.nat(5) }),
  fc.record({ kind: fc.constantFrom("lose-state" as const, "collect" as const) }),
  fc.record({ kind: fc.constant("select" as const), index: fc.nat(5) }),
);

const TEXTS = ["a", "A", "b", "B"];

/** What `join` makes of it all, worked out without any build. */
function expectedOutputs(toys: readonly ToyTarget[], data: readonly string[]): string[] {
  const made: string[] = [];
  for (const [i, toy] of toys.entries()) {
    const read = [
      ...data.filter((_, file) => toy.reads & (1 << file)),
      ...made.filter((_, j) => j < i && toy.reads & (1 << (3 + (j % 5)))),
    ];
    const text = [TEXTS[toy.text]!, ...read].join("+");
    made.push(toy.upperCase ? text.toUpperCase() : text);
  }
  return made;
}

test("random graphs and edits: cached equals uncached, a second build executes nothing", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(toyTarget, { minLength: 1, maxLength: 6 }),
      fc.array(edit, { maxLength: 6 }),
      async (firstToys, edits) => {
        const project = new ToyProject();
        try {
          const toys = [...firstToys];
          const data = ["x", "y", "z"];
          const label = (i: number) => `t${i}:x`;
          const out = (i: number) => project.path(`runs/t${i}/x/out.txt`);
          const targets = (): Target[] =>
            toys.map((toy, i) =>
              project.target(
                label(i),
                [
                  ...data.map((_, file) => `data${file}.txt`).filter((_, file) => toy.reads & (1 << file)),
                  ...toys.map((_, j) => label(j)).filter((_, j) => j < i && toy.reads & (1 << (3 + (j % 5)))),
                ],
                { text: TEXTS[toy.text]!, upperCase: toy.upperCase },
              ),
            );
          const check = async () => {
            const result = await project.build(targets());
            expect(result.failures).toEqual([]);
            expect(toys.map((_, i) => project.read(`runs/t${i}/x/out.txt`))).toEqual(expectedOutputs(toys, data));
            const second = await project.build(targets());
            expect(project.ran).toEqual([]);
            expect(second.counts.fresh).toBe(toys.length);
          };
          /** What a collection leaves is enough to restore everything. */
          const collect = async () => {
            await project.build(targets());
            const { session } = project.open(targets());
            await session.collectGarbage({ reaches: [await session.reach()] });
            await session.close();
            for (const lost of ["runs", ".lfads/state"]) rmSync(project.path(lost), { recursive: true });
            await project.build(targets());
            expect(project.ran).toEqual([]);
          };
          for (const [file, text] of data.entries()) project.write(`data${file}.txt`, text);
          await check();
          for (const each of edits) {
            if (each.kind === "data") {
              data[each.file] = TEXTS[each.text]!;
              project.write(`data${each.file}.txt`, data[each.file]!);
            } else if (each.kind === "lose-state") rmSync(project.path(".lfads/state"), { force: true });
            else if (each.kind === "collect") await collect();
            else if (each.index >= toys.length) continue;
            else if (each.kind === "target") toys[each.index] = each.to;
            else if (each.kind === "delete") rmSync(out(each.index), { force: true });
            else if (each.kind === "tamper" && existsSync(out(each.index))) writeFileSync(out(each.index), "?");
            else if (each.kind === "select") await project.build(targets(), { labels: [label(each.index)] });
            if (each.kind === "data" || each.kind === "select") continue;
            await check();
          }
          await check();
          await project.build(targets().toReversed());
          expect(project.ran).toEqual([]);
        } finally {
          project.remove();
        }
      },
    ),
    { numRuns: 60 },
  );
});
