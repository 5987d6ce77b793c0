/** Files that are there already become a target's outputs as they are. */
import type { Action } from "./action-key.js";
import type { ActionRecord, OutputFile } from "./action-record.js";
import type { BuildContext } from "./build-context.js";
import { stampOf } from "./file-digest.js";
import type { Surroundings } from "./provenance.js";
import type { Manifest, ResolvedInput } from "./resolve-inputs.js";
import type { Target } from "./target.js";

/** By path in code units. */
export function adoptedManifest({ outDir, inputs: declared }: Target, inputs: readonly ResolvedInput[]): Manifest {
  const files = new Map(declared.flatMap((input) => ("file" in input ? [[input.file, input.as]] : [])));
  const outputs = inputs.flatMap(({ path, file, digest }): OutputFile[] => {
    if (files.get(path) !== file) return [];
    const { size, mode } = stampOf(path)!;
    return [{ path: file, digest, size, mode }];
  });
  return { outDir, outputs: outputs.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

/** Records what is there. The state has no outputs of it, so that nothing ever removes or overwrites them. */
export function adopt(
  { state, records, membership }: BuildContext,
  target: Target,
  { key, action }: { readonly key: string; readonly action: Action },
  known: Surroundings,
): Manifest {
  const manifest = adoptedManifest(target, action.inputs);
  const { rule, ruleVersion, params } = action;
  const inputs = action.inputs.map(({ name, file, digest, from }) => ({ name, file, digest, from }));
  const now = new Date();
  const timing = { startedAt: now.toISOString(), seconds: 0, threads: 0 };
  const provenance = { label: target.label, ...timing, ...known, imported: true } as const;
  const { outputs } = manifest;
  const record: ActionRecord = { format: 1, key, rule, ruleVersion, params, inputs, outputs, provenance };
  records.put(record);
  const outDir = state.portable(target.outDir);
  const built = { key, outDir, endedAtMs: now.getTime(), seconds: 0, how: "imported", outputs: [] } as const;
  state.setTarget(target.label, { built, trustedBefore: Number.POSITIVE_INFINITY });
  membership.add(key);
  return manifest;
}
