/** What two runs or two targets were made from, side by side: parameters, inputs, versions. */
import { type ActionRecord, explainOwnChange } from "#lib/build/index.js";
import { shownParam } from "../shown-param.js";
import type { ComparedSide } from "./compared-side.js";

/** A row of a comparison; null on the side that does not have it. */
export interface Difference {
  readonly name: string;
  readonly left: string | null;
  readonly right: string | null;
}

/** Parameters that differ, as JSON; of runs all, defaults included, of targets those that reach their result. */
export function compareParams(left: ComparedSide, right: ComparedSide): Difference[] {
  const text = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  if (left.params && right.params) {
    const [a, b] = [left.params.values, right.params.values];
    return rows([...Object.keys(a), ...Object.keys(b)], (name) => [text(a[name]), text(b[name])]);
  }
  const [a, b] = [left, right].map(({ targets }) => targets.get("")?.record);
  if (!a || !b) return [];
  return explainOwnChange(a, b).flatMap((reason) =>
    reason.kind === "param" ? [{ name: shownParam(reason.path), left: text(reason.old), right: text(reason.new) }] : [],
  );
}

export interface ComparedInputs {
  readonly total: number;
  readonly differences: readonly Difference[];
}

/** Files that came from outside of the run: `<digest> <producer or path>` where the content differs. */
export function compareInputs(left: ComparedSide, right: ComparedSide): ComparedInputs {
  const [a, b] = [inputsOf(left), inputsOf(right)];
  const names = [...new Set([...a.keys(), ...b.keys()])];
  const digestOf = (inputs: ReturnType<typeof inputsOf>, name: string) => inputs.get(name)?.digest;
  const differing = names.filter((name) => digestOf(a, name) !== digestOf(b, name));
  const shown = (input: { digest: string; from: string } | undefined) =>
    input ? `${input.digest.slice(0, 12)} ${input.from}` : null;
  return {
    total: names.length,
    differences: differing.map((name) => ({ name, left: shown(a.get(name)), right: shown(b.get(name)) })),
  };
}

function inputsOf({ targets }: ComparedSide): Map<string, { digest: string; from: string }> {
  // By content: records of a restored target name the targets of the run that made it.
  const own = new Set<string>();
  for (const [name, { record }] of targets) {
    if (name.startsWith("export ")) continue;
    for (const { path, digest } of record?.outputs ?? []) own.add(`${path} ${digest}`);
  }
  const inputs = new Map<string, { digest: string; from: string }>();
  for (const { record } of targets.values()) {
    for (const { name, file, digest, from } of record?.inputs ?? []) {
      if (!own.has(`${file} ${digest}`)) inputs.set(`${name} ${file}`, { digest, from });
    }
  }
  return inputs;
}

/** What made them, where it differs: versions of rules, of the package and of Node, the machine, the commit. */
export function compareVersions(left: ComparedSide, right: ComparedSide): Difference[] {
  const [a, b] = [versionsOf(left), versionsOf(right)];
  return rows([...a.keys(), ...b.keys()], (name) => [a.get(name) ?? null, b.get(name) ?? null]);
}

function versionsOf({ targets }: ComparedSide): Map<string, string> {
  const found = new Map<string, Set<string>>();
  const add = (name: string, value: string) => found.set(name, (found.get(name) ?? new Set()).add(value));
  for (const { record } of targets.values()) {
    if (!record) continue;
    for (const [name, value] of surroundings(record)) add(name, value);
    add(`rule ${record.rule}`, record.ruleVersion);
  }
  return new Map([...found].map(([name, values]) => [name, [...values].sort().join(", ")]));
}

function surroundings({ provenance }: ActionRecord): (readonly [name: string, value: string])[] {
  const { versions, node, platform, host, git } = provenance;
  return [
    ...Object.entries(versions),
    ["node", node],
    ["platform", platform],
    ["host", host],
    ["git", git ? `${git.commit.slice(0, 12)}${git.dirty ? " with uncommitted changes" : ""}` : "none"],
  ];
}

function rows(
  names: readonly string[],
  sides: (name: string) => readonly [left: string | null, right: string | null],
): Difference[] {
  return [...new Set(names)].flatMap((name) => {
    const [left, right] = sides(name);
    return left === right ? [] : [{ name, left, right }];
  });
}
