/** Random graphs of toy targets, and what they make, worked out without any build. */
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import type { Target } from "#lib/build/index.js";
import type { Rule } from "#lib/build/rule.js";
import { FailureError } from "#lib/failure.js";
import type { ToyProject } from "../toy-project.js";

export interface Toy {
  /** Bits: which data files and which earlier targets it reads. */
  readonly reads: number;
  readonly text: number;
  readonly upperCase: boolean;
  /** Makes a second file, the length of the first: it often comes out the same. */
  readonly sized: boolean;
  /** Of a target that has such a second file it reads that alone. */
  readonly narrow: boolean;
  /** Which of two folders its outputs go to. */
  readonly place: number;
}

/** What is built: the targets, and the content of the files that they read. */
export interface World {
  toys: Toy[];
  data: string[];
}

/** When all outputs were changed last, in whole seconds: only such a time can be put back to the nanosecond. */
const LONG_AGO = 1_600_000_000;

export const TEXTS = ["a", "A", "b", "bb"];
const DATA_FILES = 3;

export const toy: fc.Arbitrary<Toy> = fc.record({
  reads: fc.nat(255),
  text: fc.nat(2),
  upperCase: fc.boolean(),
  sized: fc.boolean(),
  narrow: fc.boolean(),
  place: fc.nat(1),
});

export const world: fc.Arbitrary<World> = fc.record({
  toys: fc.array(toy, { minLength: 1, maxLength: 6 }),
  data: fc.array(fc.constantFrom(...TEXTS), { minLength: DATA_FILES, maxLength: DATA_FILES }),
});

export const labelOf = (index: number) => `t${index}:x`;
export const dataFile = (index: number) => `data${index}.txt`;
export const folderOf = (index: number, { place }: Toy) => (place === 0 ? `runs/t${index}` : `runs/moved/t${index}`);

/** What a target reads: names of inputs as the engine knows them, files, contents. */
type Read = readonly [name: string, file: string, content: string];

export interface Made {
  /** Equal for targets that share their results. */
  readonly key: string;
  /** Indices of the targets that it reads. */
  readonly from: readonly number[];
  readonly folder: string;
  /** Path in the folder → content. */
  readonly files: ReadonlyMap<string, string>;
}

/** What each target makes when all is done. */
export function makeAll({ toys, data }: World): Made[] {
  const made: Made[] = [];
  for (const [i, each] of toys.entries()) {
    const from = sourcesOf(each, i);
    const reads: Read[] = data.flatMap((content, file) =>
      each.reads & (1 << file) ? [[dataFile(file), dataFile(file), content] as const] : [],
    );
    for (const j of from) {
      for (const [file, content] of made[j]!.files) {
        if (isRead(each, toys[j]!, file)) reads.push([labelOf(j), file, content]);
      }
    }
    const { text, upperCase, sized } = each;
    const files = contents(
      each,
      reads.toSorted(byName).map(([, , content]) => content),
    );
    made.push({ key: JSON.stringify([text, upperCase, sized, reads]), from, folder: folderOf(i, each), files });
  }
  return made;
}

const byName = ([a]: Read, [b]: Read) => (a < b ? -1 : a > b ? 1 : 0);

function sourcesOf({ reads }: Toy, index: number): number[] {
  return Array.from({ length: index }, (_, j) => j).filter((j) => reads & (1 << (DATA_FILES + (j % 5))));
}

const SIZE = "deep/size.txt";
const isRead = (reader: Toy, source: Toy, file: string) => !(reader.narrow && source.sized) || file === SIZE;

function contents({ text, upperCase, sized }: Pick<Toy, "text" | "upperCase" | "sized">, read: readonly string[]) {
  const joined = [TEXTS[text]!, ...read].join("+");
  const out = upperCase ? joined.toUpperCase() : joined;
  const files = new Map<string, string>();
  if (sized) files.set(SIZE, String(out.length));
  return files.set("out.txt", out);
}

/** The targets of a world, in another order for every `order`. */
export function targetsOf(project: ToyProject, { toys, data }: World, order: number): Target[] {
  const targets = toys.map((each, i): Target => {
    const { text, upperCase, sized } = each;
    const files = data.flatMap((_, file) =>
      each.reads & (1 << file) ? [{ name: dataFile(file), file: project.path(dataFile(file)) }] : [],
    );
    const sources = sourcesOf(each, i).map((j) => ({
      name: labelOf(j),
      target: labelOf(j),
      ...(each.narrow && toys[j]!.sized ? { select: [SIZE] } : {}),
    }));
    return {
      label: labelOf(i),
      rule: "toy",
      params: { text, upperCase, sized },
      inputs: [...files, ...sources],
      outDir: project.path(folderOf(i, each)),
    };
  });
  return shuffled(targets, order);
}

function shuffled<T>(values: readonly T[], order: number): T[] {
  const left = [...values];
  let state = order;
  return values.map(() => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return left.splice(state % left.length, 1)[0]!;
  });
}

/** The rule of all toys. Those with a text that is in `failing` fail, as when a disk or a license is not there. */
export function toyRule(failing: ReadonlySet<number> = new Set()): Rule {
  return {
    name: "toy",
    version: "1",
    async run({ params, inputs, out }) {
      const read = Object.keys(inputs)
        .sort()
        .flatMap((name) => inputs[name]!.map(({ path }) => readFileSync(path, "utf8")));
      const given = params as unknown as Pick<Toy, "text" | "upperCase" | "sized">;
      for (const [path, content] of contents(given, read)) {
        mkdirSync(dirname(join(out, path)), { recursive: true });
        writeFileSync(join(out, path), content);
        utimesSync(join(out, path), LONG_AGO, LONG_AGO);
      }
      if (failing.has(given.text)) throw new FailureError({ kind: "data", what: "It is one of those that fail." });
    },
  };
}
