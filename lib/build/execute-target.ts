/** Makes one target: its own staging and scratch folders, its log, the executor, publishing. */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { diskFailure } from "#lib/disk-failure.js";
import { type Failure, FailureError } from "#lib/failure.js";
import { err, ok, type Result } from "#lib/result.js";
import { adopt } from "./adopt.js";
import type { Analysis } from "./analyse.js";
import type { BuildContext } from "./build-context.js";
import type { Executor, JobListener, StorePlace } from "./executor.js";
import { removeEmptyFolders } from "./place-file.js";
import { ProgressFile } from "./progress-file.js";
import type { Surroundings } from "./provenance.js";
import { type Publisher, publishRun, restore } from "./publish.js";
import { asRuleInputs, firstChanged, type Manifest, type ResolvedInput } from "./resolve-inputs.js";
import type { Staging } from "./staging.js";
import type { Target } from "./target.js";
import { TargetLog } from "./target-log.js";

export interface Workshop extends Publisher {
  readonly executor: Executor;
  readonly staging: Staging;
  /** Where children bring what they have made; undefined where the store is this process' own. */
  readonly storePlace: StorePlace | undefined;
  /** Looked up once, when the first target runs. */
  surroundings(): Promise<Surroundings>;
}

export async function runTarget(
  shop: Workshop,
  target: Target,
  analysis: Analysis & { kind: "run" },
  threads: number,
  signal: AbortSignal,
): Promise<Result<Manifest, Failure>> {
  const { context } = shop;
  const { label } = target;
  const startedAt = new Date();
  const startedMs = performance.now();
  const scratch = join(context.folder, "scratch", analysis.key);
  let out: string | undefined;
  let log: TargetLog | undefined;
  let progress: ProgressFile | undefined;
  try {
    const changedBefore = await firstChanged(analysis.action.inputs, context.state);
    if (changedBefore) return err(inputChanged(changedBefore, context));
    if (target.adopts) return ok(adopt(context, target, analysis, await shop.surroundings()));
    const damaged = context.records.damaged(analysis.key);
    const what = "The record of this result is damaged; the result is made again.";
    if (damaged) context.emit({ type: "warning", label, what, where: damaged });
    out = shop.staging.make(target.rule);
    const known = await shop.surroundings();
    log = new TargetLog(context.folder, target);
    progress = new ProgressFile(context.folder, label, startedAt.toISOString());
    const { rule } = target;
    context.emit({ type: "started", label, rule, threads, reasons: analysis.reasons, logFile: log.file });
    const inputs = asRuleInputs(target, analysis.action.inputs);
    const settings = target.settings ?? null;
    const { storePlace: store } = shop;
    const job = { label, rule, params: target.params, settings, inputs, out, scratch, threads, store };
    const result = await shop.executor.run(job, listen(shop, label, log, progress), signal);
    if (!result.ok && result.error.kind === "interrupted") return result;
    // Also after a failure: that the input was half written then says more than what the rule made of it.
    const changed = await firstChanged(analysis.action.inputs, context.state);
    if (changed) return err(withLog(inputChanged(changed, context), log));
    if (!result.ok) return err(withLog(withFolder(result.error, context.folder), log));
    const seconds = (performance.now() - startedMs) / 1000;
    const provenance = { label, startedAt: startedAt.toISOString(), seconds, threads, ...known };
    const manifest = await publishRun(shop, target, analysis, out, result.value, provenance);
    if (existsSync(scratch)) rmSync(scratch, { recursive: true });
    return ok(manifest);
  } catch (error) {
    return err(worldFailure(error, context.folder));
  } finally {
    log?.close();
    progress?.remove();
    if (out) shop.staging.remove(out, target.rule);
    if (existsSync(scratch)) removeEmptyFolders(scratch, scratch);
  }
}

/** Resolves with undefined when the store does not have all of it after all. */
export async function restoreTarget(
  shop: Workshop,
  target: Target,
  analysis: Analysis & { kind: "restore" },
): Promise<Result<Manifest | undefined, Failure>> {
  let out: string | undefined;
  try {
    out = shop.staging.make(target.rule);
    return ok(await restore(shop, target, analysis.record, out));
  } catch (error) {
    return err(worldFailure(error, shop.context.folder));
  } finally {
    if (out) shop.staging.remove(out, target.rule);
  }
}

function listen({ context }: Workshop, label: string, log: TargetLog, file: ProgressFile): JobListener {
  return {
    log: (line) => {
      log.line(line);
      context.emit({ type: "log", label, line });
    },
    warn: (what) => {
      log.line(`Warning: ${what}`);
      context.emit({ type: "warning", label, what });
    },
    progress: (progress) => {
      file.put(progress);
      context.emit({ type: "progress", label, progress });
    },
  };
}

function withLog(failure: Failure, log: TargetLog): Failure {
  return log.tail.length === 0 ? failure : { logTail: [...log.tail], logFile: log.file, ...failure };
}

/** A write that fails has no path in its error; what is written without one lies in `.lfads`. */
function withFolder(failure: Failure, folder: string): Failure {
  return failure.kind === "disk" && failure.where === undefined ? { ...failure, where: folder } : failure;
}

/** What came of another content would be stored under the wrong key. */
function inputChanged({ path, from }: ResolvedInput, { graph }: BuildContext): Failure {
  return graph.byLabel.has(from)
    ? {
        kind: "data",
        what: `This output of ${from} was edited or removed during the build, and is needed here.`,
        where: path,
        hint: "Build again: it is put back first.",
      }
    : {
        kind: "data",
        what: "The input file was changed or removed during the build.",
        where: path,
        hint: "Build again when it is there and nothing writes to it.",
      };
}

/** The failure that an error stands for; rethrows bugs. `folder` is `.lfads`. */
export function worldFailure(error: unknown, folder: string): Failure {
  if (error instanceof FailureError) return error.failure;
  const failure = diskFailure(error);
  if (!failure) throw error;
  return withFolder(failure, folder);
}
