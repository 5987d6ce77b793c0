/** What is left in `.lfads` and in the run tree of targets that no lfadsfile has any more. */
import { lstatSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { namesIn } from "#lib/names-in.js";
import type { BuildContext } from "./build-context.js";
import { stampOf } from "./file-digest.js";
import { isKeyLocked } from "./key-lock.js";
import { readLink } from "./links.js";
import type { StampedOutput } from "./state-line.js";
import { logFileOf } from "./target-log.js";

export interface LeftoverLimits {
  /** What changed after this stays. */
  readonly changedBeforeMs: number;
  /** Files in the run tree go too. */
  readonly outputs: boolean;
  readonly liveLabels: ReadonlySet<string>;
  /** Undefined while not all keys are known: then no unfinished work goes. */
  readonly liveKeys: ReadonlySet<string> | undefined;
}

export interface Leftovers {
  readonly outputs: readonly LeftoverOutput[];
  /** Symbolic links beside them that lead to an output. */
  readonly links: readonly string[];
  /** Labels that the state can forget, once the outputs are gone. */
  readonly labels: readonly string[];
  readonly logs: readonly string[];
  /** Folders of work that was interrupted. */
  readonly unfinished: readonly string[];
}

interface LeftoverOutput {
  readonly target: { readonly label: string; readonly outDir: string };
  readonly output: StampedOutput;
  readonly path: string;
}

export function findLeftovers(context: BuildContext, limits: LeftoverLimits): Leftovers {
  const { state, dir, folder } = context;
  const { changedBeforeMs, liveLabels } = limits;
  const live = new Set<string>();
  const dead: { label: string; outDir: string; outputs: LeftoverOutput[] }[] = [];
  const labels: string[] = [];
  for (const [label, { built }] of state.targets()) {
    const outDir = resolve(dir, built?.outDir ?? ".");
    const outputs = (built?.outputs ?? []).map((output) => {
      return { target: { label, outDir }, output, path: join(outDir, output.path) };
    });
    if (liveLabels.has(label)) for (const { path } of outputs) live.add(path);
    else if (built && built.endedAtMs < changedBeforeMs) dead.push({ label, outDir, outputs });
    else if (!built) labels.push(label);
  }
  const outputs: LeftoverOutput[] = [];
  for (const target of dead) {
    const there = target.outputs.filter(({ path }) => !live.has(path) && stampOf(path));
    const goes = limits.outputs || target.outDir.startsWith(`${folder}/`);
    if (goes) outputs.push(...there);
    if (goes || there.length === 0) labels.push(target.label);
  }
  const all = new Set([...live, ...dead.flatMap((target) => target.outputs.map(({ path }) => path))]);
  const folders = limits.outputs ? new Set(dead.map(({ outDir }) => outDir)) : [];
  const links = [...folders].flatMap((outDir) => linksTo(outDir, all));
  const logs = oldLogs(folder, labels, context, limits);
  return { outputs, links, labels, logs, unfinished: oldScratch(context, limits) };
}

function oldLogs(
  folder: string,
  forgotten: readonly string[],
  { state }: BuildContext,
  { liveLabels, changedBeforeMs }: LeftoverLimits,
): string[] {
  const known = new Set([...liveLabels, ...state.labels()]);
  for (const label of forgotten) known.delete(label);
  const names = new Set([...known].map((label) => logFileOf(folder, label)));
  return filesIn(join(folder, "logs")).filter(
    (path) => !names.has(path.replace(/\.progress\.json$/, ".log")) && changedMs(path) < changedBeforeMs,
  );
}

function oldScratch({ folder, home }: BuildContext, { liveKeys, changedBeforeMs }: LeftoverLimits): string[] {
  if (!liveKeys) return [];
  const scratch = join(folder, "scratch");
  return namesIn(scratch)
    .filter((key) => !liveKeys.has(key) && !isKeyLocked(home.locks, key))
    .map((key) => join(scratch, key))
    .filter((path) => changedMs(path) < changedBeforeMs);
}

/** Of what a running build has removed meanwhile: now. */
function changedMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
}

/** Symbolic links below the folder that lead to one of the files, itself there or not. */
function linksTo(folder: string, files: ReadonlySet<string>): string[] {
  return namesIn(folder).flatMap((name) => {
    const path = join(folder, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory()) return linksTo(path, files);
    const to = stats?.isSymbolicLink() && readLink(path);
    return to && files.has(resolve(dirname(path), to)) ? [path] : [];
  });
}

function filesIn(folder: string): string[] {
  return namesIn(folder).map((name) => join(folder, name));
}
