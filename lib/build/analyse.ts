/** Is a target fresh? If not, why, and can the store give its outputs? */
import { join } from "node:path";
import { diskFailure } from "#lib/disk-failure.js";
import { type Failure, FailureError } from "#lib/failure.js";
import { type Action, actionKey } from "./action-key.js";
import type { ActionRecord, OutputFile } from "./action-record.js";
import { adoptedManifest } from "./adopt.js";
import type { BuildContext } from "./build-context.js";
import { type Closest, closestOfFamily } from "./closest-of-family.js";
import { explainKeyChange } from "./explain.js";
import { type FileStamp, hashStamped, isOlderThan, sameStamp, stampOf } from "./file-digest.js";
import { checkLinks } from "./links.js";
import { type Manifest, resolveInputs } from "./resolve-inputs.js";
import type { StaleReason } from "./stale-reason.js";
import type { BuiltEntry, StampedOutput } from "./state-line.js";
import type { Target } from "./target.js";

export type Analysis =
  | { readonly kind: "fresh"; readonly key: string; readonly manifest: Manifest }
  | {
      readonly kind: "restore";
      readonly key: string;
      readonly reasons: readonly StaleReason[];
      /** All outputs are there already. */
      readonly inPlace: boolean;
      readonly record: ActionRecord;
      readonly manifest: Manifest;
    }
  | {
      readonly kind: "run";
      readonly key: string;
      readonly reasons: readonly StaleReason[];
      readonly action: Action;
    }
  | { readonly kind: "blocked"; readonly failure: Failure };

/** `manifests` holds those of all targets that this one reads. Reads files only where their stamps changed. */
export async function analyse(
  target: Target,
  manifests: ReadonlyMap<string, Manifest>,
  context: BuildContext,
): Promise<Analysis> {
  try {
    return await analyseReadable(target, manifests, context);
  } catch (error) {
    if (error instanceof FailureError) return { kind: "blocked", failure: { ...error.failure, target: target.label } };
    const failure = diskFailure(error);
    if (!failure) throw error;
    return { kind: "blocked", failure: { ...failure, target: target.label } };
  }
}

async function analyseReadable(
  target: Target,
  manifests: ReadonlyMap<string, Manifest>,
  context: BuildContext,
): Promise<Analysis> {
  const { state, ruleVersions, records } = context;
  const ruleVersion = ruleVersions[target.rule];
  if (ruleVersion === undefined) throw new Error(`no version is known of the rule ${target.rule}`);
  const inputs = await resolveInputs(target, manifests, context);
  const action: Action = { rule: target.rule, ruleVersion, params: target.params, inputs };
  const key = actionKey(action);
  const built = state.target(target.label)?.built;
  const outDir = state.portable(target.outDir);

  let reasons: StaleReason[];
  if (!built) {
    reasons = [neverBuilt(() => closestOfFamily(target, (record) => explainKeyChange(record, action), context))];
  } else if (built.key !== key) reasons = explainKeyChange(records.get(built.key), action);
  else if (built.outDir !== outDir) reasons = [{ kind: "moved", old: built.outDir, new: outDir }];
  else {
    reasons = [...(await checkOutputs(target, built, context)), ...checkLinks(target)];
    if (reasons.length === 0) {
      const manifest = target.adopts
        ? adoptedManifest(target, inputs)
        : { outDir: target.outDir, outputs: built.outputs };
      return { kind: "fresh", key, manifest };
    }
  }
  if (target.adopts) return { kind: "run", key, reasons, action };
  const record = records.get(key);
  const from = record && (await restorableFrom(target, record, context));
  if (from) {
    const manifest = { outDir: target.outDir, outputs: record.outputs };
    return { kind: "restore", key, reasons, inPlace: from === "place", record, manifest };
  }
  return { kind: "run", key, reasons, action };
}

/** What it is closest to is looked up when somebody asks: that reads what is known of every target. */
function neverBuilt(find: () => Closest | undefined): StaleReason {
  let found: { readonly closest: Closest | undefined } | undefined;
  return {
    kind: "never-built",
    get closest() {
      found ??= { closest: find() };
      return found.closest;
    },
  };
}

/** What is not as it was made; files that only have new stamps are remembered with these. */
async function checkOutputs(target: Target, built: BuiltEntry, { state, ahead }: BuildContext): Promise<StaleReason[]> {
  const { trustedBefore } = state.target(target.label)!;
  const reasons: StaleReason[] = [];
  let refreshed: StampedOutput[] | undefined;
  for (const [i, output] of built.outputs.entries()) {
    const path = join(target.outDir, output.path);
    const stamp = stampOf(path);
    if (stamp && sameStamp(stamp, output.stamp) && isOlderThan(stamp, trustedBefore)) continue;
    const now = stamp && (await hashStamped(path, ahead));
    if (!now) reasons.push({ kind: "output-missing", path });
    else if (now.digest !== output.digest) {
      reasons.push({ kind: "output-changed", path, oldDigest: output.digest, newDigest: now.digest });
    } else {
      refreshed ??= [...built.outputs];
      refreshed[i] = { ...output, stamp: now.stamp };
    }
  }
  if (refreshed && reasons.length === 0) {
    const entry = { ...state.target(target.label)!, built: { ...built, outputs: refreshed } };
    state.refreshTarget(target.label, { ...entry, trustedBefore: Number.POSITIVE_INFINITY });
  }
  return reasons;
}

/** Where the outputs are: all in place, or some in the store; undefined when one is in neither. */
async function restorableFrom(
  target: Target,
  record: ActionRecord,
  context: BuildContext,
): Promise<"place" | "store" | undefined> {
  let from: "place" | "store" = "place";
  for (const output of record.outputs) {
    if (await stampInPlace(target, output, context)) continue;
    if (!(await (await context.store()).has(output.digest))) return undefined;
    from = "store";
  }
  return from;
}

/** The stamp of the file at the output's place if that has its content; hashes it unless the state knows it. */
export async function stampInPlace(
  target: Target,
  output: OutputFile,
  { state, ahead }: BuildContext,
): Promise<FileStamp | undefined> {
  const path = join(target.outDir, output.path);
  const stamp = stampOf(path);
  if (!stamp || stamp.size !== output.size) return undefined;
  const entry = state.target(target.label);
  const known = entry?.built?.outDir === state.portable(target.outDir) ? entry.built.outputs : [];
  const same = known.find((each) => each.path === output.path);
  if (same && sameStamp(stamp, same.stamp) && isOlderThan(stamp, entry!.trustedBefore))
    return same.digest === output.digest ? stamp : undefined;
  const found = await hashStamped(path, ahead);
  return found?.digest === output.digest ? found.stamp : undefined;
}
