/** A target's inputs as files with digests. */
import { basename, join } from "node:path";
import { diskFailure } from "#lib/disk-failure.js";
import { type Failure, FailureError } from "#lib/failure.js";
import type { OutputFile, RecordedInput } from "./action-record.js";
import { type DigestSource, type FileStamp, hashStamped, isOlderThan, sameStamp, stampOf } from "./file-digest.js";
import type { RuleInputFile } from "./rule.js";
import type { BuildState } from "./state.js";
import type { Target } from "./target.js";

export interface ResolvedInput extends RecordedInput {
  /** Absolute. */
  readonly path: string;
}

/** Where digests come from. */
interface Knowledge {
  readonly state: BuildState;
  readonly ahead: DigestSource;
}

/** What a target made or would restore: where, and which files. */
export interface Manifest {
  readonly outDir: string;
  readonly outputs: readonly OutputFile[];
}

/** In the order of the target's inputs. Throws FailureError for a file that cannot be read. */
export async function resolveInputs(
  target: Target,
  manifests: ReadonlyMap<string, Manifest>,
  context: Knowledge,
): Promise<ResolvedInput[]> {
  const { state } = context;
  const resolved: ResolvedInput[] = [];
  for (const input of target.inputs) {
    if ("file" in input) {
      const digest = knownDigest(input.file, state) ?? (await readDigest(input.file, context, target.label));
      resolved.push({
        name: input.name,
        file: input.as ?? basename(input.file),
        digest,
        from: state.portable(input.file),
        path: input.file,
      });
      continue;
    }
    const manifest = manifests.get(input.target);
    if (!manifest) throw new Error(`${target.label}: the outputs of ${input.target} are not known yet`);
    for (const output of selectOutputs(manifest, input.select, input.target, target.label)) {
      const path = join(manifest.outDir, output.path);
      resolved.push({ name: input.name, file: output.path, digest: output.digest, from: input.target, path });
    }
  }
  return resolved;
}

export function asRuleInputs(target: Target, resolved: readonly ResolvedInput[]): Record<string, RuleInputFile[]> {
  const byName: Record<string, RuleInputFile[]> = {};
  for (const input of target.inputs) byName[input.name] = [];
  for (const { name, file, path, digest } of resolved) byName[name]!.push({ name: file, path, digest });
  return byName;
}

/** The first input that is not what it was when its digest was taken: a file of the user's, or an output. */
export async function firstChanged(
  resolved: readonly ResolvedInput[],
  state: BuildState,
): Promise<ResolvedInput | undefined> {
  for (const input of resolved) {
    const stamp = stampOf(input.path);
    const known = state.file(input.path)?.stamp ?? outputStamp(input, state);
    if (stamp && known && sameStamp(stamp, known)) continue;
    if ((stamp && (await hashStamped(input.path))?.digest) !== input.digest) return input;
  }
  return undefined;
}

function outputStamp({ from, file }: ResolvedInput, state: BuildState): FileStamp | undefined {
  return state.target(from)?.built?.outputs.find(({ path }) => path === file)?.stamp;
}

/** The digest of a file that is as the state saw it. */
export function knownDigest(path: string, state: BuildState): string | undefined {
  const known = state.file(path);
  if (!known) return undefined;
  const stamp = stampOf(path);
  return stamp && sameStamp(stamp, known.stamp) && isOlderThan(stamp, known.trustedBefore) ? known.digest : undefined;
}

async function readDigest(path: string, { state, ahead }: Knowledge, label: string): Promise<string> {
  let failure: Failure = {
    kind: "data",
    what: "The input file does not exist.",
    where: path,
    hint: "Put it back, or correct its path in the lfadsfile.",
  };
  try {
    const found = await hashStamped(path, ahead);
    if (found) {
      state.setFile(path, { ...found, trustedBefore: Number.POSITIVE_INFINITY });
      return found.digest;
    }
  } catch (error) {
    const disk = diskFailure(error);
    if (!disk) throw error;
    failure = disk;
  }
  throw new FailureError({ ...failure, target: label });
}

/** Those that an input reads, in the order of the manifest. Throws FailureError when a pattern matches none. */
export function selectOutputs(
  manifest: Manifest,
  select: readonly string[] | undefined,
  producer: string,
  label: string,
): OutputFile[] {
  if (!select) return [...manifest.outputs];
  const chosen = new Set<OutputFile>();
  for (const wanted of select) {
    const isOptional = wanted.endsWith("?");
    const pattern = isOptional ? wanted.slice(0, -1) : wanted;
    const matches = pattern.endsWith("*")
      ? manifest.outputs.filter(({ path }) => path.startsWith(pattern.slice(0, -1)))
      : manifest.outputs.filter(({ path }) => path === pattern);
    if (matches.length === 0 && !isOptional) {
      throw new FailureError({ kind: "internal", what: `"${producer}" made no output "${pattern}".`, target: label });
    }
    for (const match of matches) chosen.add(match);
  }
  return manifest.outputs.filter((output) => chosen.has(output));
}
