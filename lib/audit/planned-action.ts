/** What a target's record must say: what the lfadsfile plans, over the raw files as they are and what others recorded. */
import { basename, join } from "node:path";
import type { Action } from "#lib/build/action-key.js";
import type { Hashed } from "#lib/build/read-digest.js";
import type { Manifest, ResolvedInput } from "#lib/build/resolve-inputs.js";
import { selectOutputs } from "#lib/build/resolve-inputs.js";
import type { Target } from "#lib/build/target.js";
import { FailureError } from "#lib/failure.js";

export interface PlannedAction {
  /** With the inputs that are known. */
  readonly action: Action;
  /** Inputs that are not, so that the action has no key: missing files, makers without a record. */
  readonly unknown: readonly UnknownInput[];
}

export type UnknownInput =
  | { readonly name: string; readonly file: string; readonly error: string }
  | { readonly name: string; readonly maker: string };

export function plannedAction(
  target: Target,
  ruleVersion: string,
  raw: ReadonlyMap<string, Hashed>,
  manifests: ReadonlyMap<string, Manifest>,
): PlannedAction {
  const inputs: ResolvedInput[] = [];
  const unknown: UnknownInput[] = [];
  for (const input of target.inputs) {
    const { name } = input;
    if ("file" in input) {
      const { file } = input;
      const hashed = raw.get(file)!;
      if ("error" in hashed) unknown.push({ name, file, error: hashed.error });
      else inputs.push({ name, file: input.as ?? basename(file), digest: hashed.digest, from: file, path: file });
      continue;
    }
    const manifest = manifests.get(input.target);
    const outputs = manifest && chosen(manifest, input.select, input.target, target.label);
    if (!outputs) unknown.push({ name, maker: input.target });
    for (const { path, digest } of outputs ?? []) {
      inputs.push({ name, file: path, digest, from: input.target, path: join(manifest!.outDir, path) });
    }
  }
  return { action: { rule: target.rule, ruleVersion, params: target.params, inputs }, unknown };
}

/** Undefined when the maker's record lacks an output that the target reads. */
function chosen(manifest: Manifest, select: readonly string[] | undefined, maker: string, label: string) {
  try {
    return selectOutputs(manifest, select, maker, label);
  } catch (error) {
    if (error instanceof FailureError) return undefined;
    throw error;
  }
}
