/** From a staging folder into place: content into the store, the record, the files, the state; in this order. */
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder } from "#lib/make-folder.js";
import type { ActionRecord, OutputFile, Provenance } from "./action-record.js";
import { type Analysis, stampInPlace } from "./analyse.js";
import type { BuildContext } from "./build-context.js";
import { type FileStamp, hashFile, sameStamp, stampOf } from "./file-digest.js";
import { makeLinks } from "./links.js";
import type { OutputOwners } from "./output-owners.js";
import { placeFile, removeEmptyFolders } from "./place-file.js";
import type { Manifest } from "./resolve-inputs.js";
import type { StampedOutput } from "./state-line.js";
import { storeOutputs } from "./store-outputs.js";
import type { Target } from "./target.js";

export interface Publisher {
  readonly context: BuildContext;
  readonly owners: OutputOwners;
}

/** After the rule ran. `stored`: its outputs, where whoever ran it has brought them into the store. */
export async function publishRun(
  { context, owners }: Publisher,
  target: Target,
  analysis: Analysis & { kind: "run" },
  staging: string,
  stored: readonly OutputFile[] | undefined,
  provenance: Provenance,
): Promise<Manifest> {
  const outputs = stored ?? (await storeOutputs(staging, await context.store()));
  for (const { path } of outputs) owners.claim(target, path);
  const { key, action } = analysis;
  const inputs = action.inputs.map(({ name, file, digest, from }) => ({ name, file, digest, from }));
  const { rule, ruleVersion, params } = action;
  const record: ActionRecord = { format: 1, key, rule, ruleVersion, params, inputs, outputs, provenance };
  context.records.put(record);
  return await putInPlace({ context, owners }, target, record, { how: "ran", staging, inPlace: new Map() });
}

/** Resolves with undefined when the store turns out not to have all of it; then the target must run. */
export async function restore(
  publisher: Publisher,
  target: Target,
  record: ActionRecord,
  staging: string,
): Promise<Manifest | undefined> {
  const { context, owners } = publisher;
  const inPlace = new Map<string, FileStamp>();
  for (const output of record.outputs) {
    owners.claim(target, output.path);
    const stamp = await stampInPlace(target, output, context);
    if (stamp) {
      inPlace.set(output.path, stamp);
      continue;
    }
    const path = join(staging, output.path);
    makeFolder(dirname(path));
    const got = await (await context.store()).get(output.digest, path, output.mode);
    if (got === "corrupt") {
      const what = `The stored copy of ${output.path} was corrupt; it was removed and is made again.`;
      context.emit({ type: "warning", label: target.label, what, where: join(target.outDir, output.path) });
    }
    if (got !== "ok") return undefined;
  }
  context.records.keep(record);
  return await putInPlace(publisher, target, record, { how: "restored", staging, inPlace });
}

/** Where a target's outputs come from: a staging folder, or they are there, as these stamps were seen to be. */
interface Come {
  readonly how: "ran" | "restored";
  readonly staging: string;
  readonly inPlace: ReadonlyMap<string, FileStamp>;
}

async function putInPlace(
  { context, owners }: Publisher,
  target: Target,
  record: ActionRecord,
  { how, staging, inPlace }: Come,
): Promise<Manifest> {
  const { state } = context;
  const outputs: StampedOutput[] = [];
  for (const output of record.outputs) {
    const from = join(staging, output.path);
    const to = join(target.outDir, output.path);
    let known = inPlace.get(output.path);
    if (!known) {
      await warnIfEdited(context, owners, target, output, to);
      known = placeFile(from, to);
    }
    const stamp = stampOf(to);
    if (!stamp)
      throw Object.assign(new Error("An output vanished while it was put in place."), { code: "ENOENT", path: to });
    outputs.push({ ...output, stamp: sureStamp(stamp, known) });
  }
  await removeObsolete(context, owners, target, record.outputs);
  makeLinks(target);
  const outDir = state.portable(target.outDir);
  const built = { key: record.key, outDir, endedAtMs: Date.now(), seconds: record.provenance.seconds, how, outputs };
  state.setTarget(target.label, { built, trustedBefore: Number.POSITIVE_INFINITY });
  context.membership.add(record.key);
  owners.update(target, outputs);
  return { outDir: target.outDir, outputs: record.outputs };
}

/** The stamp to remember; when the file may have been edited meanwhile, one that no file has, so that it is hashed. */
function sureStamp({ size, mtimeMs, ctimeMs, ino }: FileStamp, known: FileStamp | undefined): FileStamp {
  const same = known?.ino === ino && known.size === size && known.mtimeMs === mtimeMs;
  return { size, mtimeMs, ctimeMs, ino: same ? ino : -1 };
}

async function warnIfEdited(
  context: BuildContext,
  owners: OutputOwners,
  target: Target,
  output: OutputFile,
  path: string,
): Promise<void> {
  const stamp = stampOf(path);
  if (!stamp) return;
  const known = owners.output(target, output.path);
  if (known && sameStamp(stamp, known.stamp)) return;
  const digest = await hashFile(path, stamp.size);
  if (digest === output.digest || digest === known?.digest) return;
  const what = known
    ? "This output was edited since it was made; it is overwritten."
    : "This file was not made by lfads; it is overwritten.";
  context.emit({ type: "warning", label: target.label, what, where: path });
}

/** Outputs of the target's last build that it no longer has; one that was edited stays, with a warning. */
async function removeObsolete(
  context: BuildContext,
  owners: OutputOwners,
  target: Target,
  outputs: readonly OutputFile[],
): Promise<void> {
  const built = context.state.target(target.label)?.built;
  if (!built || built.outDir !== context.state.portable(target.outDir)) return;
  const kept = new Set(outputs.map(({ path }) => path));
  for (const old of built.outputs) {
    const path = join(target.outDir, old.path);
    if (!kept.has(old.path) && owners.isOwn(target, old.path)) await removeOutput(context, target, old, path);
  }
}

/** True when the file is gone; an edited one stays, with a warning. */
export async function removeOutput(
  context: BuildContext,
  target: Pick<Target, "label" | "outDir">,
  output: StampedOutput,
  path: string,
): Promise<boolean> {
  const stamp = stampOf(path);
  if (!stamp) return false;
  if (!sameStamp(stamp, output.stamp) && (await hashFile(path, stamp.size)) !== output.digest) {
    const what = "This file was an output, but was edited since; it is left where it is.";
    context.emit({ type: "warning", label: target.label, what, where: path });
    return false;
  }
  rmSync(path, { force: true });
  removeEmptyFolders(dirname(path), target.outDir);
  return true;
}
