import { diskFailure } from "#lib/disk-failure.js";
import type { Failure } from "#lib/failure.js";
import { makeFolder } from "#lib/make-folder.js";
import { err, ok, type Result } from "#lib/result.js";
import type { OutputFile } from "./action-record.js";
import type { Job, JobListener, StorePlace } from "./executor.js";
import type { RuleTable } from "./rule.js";
import { storeOutputs } from "./store-outputs.js";

/** Runs a job's rule in this process and stores its outputs; what is thrown comes back as a failure. */
export async function runRule(
  rules: RuleTable,
  job: Job,
  listener: JobListener,
  signal: AbortSignal,
): Promise<Result<readonly OutputFile[] | undefined, Failure>> {
  const rule = rules[job.rule];
  try {
    if (!rule) throw new Error(`The rules module has no rule ${job.rule}.`);
    const { label, params, settings, inputs, out, threads } = job;
    await rule.run({
      label,
      params,
      settings,
      inputs,
      out,
      // Made when a rule first asks for it: most do not.
      get scratch() {
        makeFolder(job.scratch);
        return job.scratch;
      },
      threads,
      signal,
      log: (line) => listener.log(line),
      warn: (what) => listener.warn(what),
      progress: (progress) => listener.progress(progress),
    });
    if (signal.aborted) return err({ kind: "interrupted", what: "The build was interrupted.", target: label });
    return ok(job.store && (await stored(job.out, job.store)));
  } catch (error) {
    if (signal.aborted) return err({ kind: "interrupted", what: "The build was interrupted.", target: job.label });
    return err({ ...ruleFailure(error), target: job.label });
  }
}

async function stored(out: string, { folder, hardLinks }: StorePlace): Promise<OutputFile[]> {
  const { CacacheStore } = await import("./cacache-store.js");
  const store = new CacacheStore(folder, { hardLinks });
  try {
    return await storeOutputs(out, store);
  } finally {
    store.close();
  }
}

/** Also for errors that a rule throws outside its promise. */
export function ruleFailure(error: unknown): Failure {
  const { name, failure, message, stack } = (error ?? {}) as Error & { failure?: Failure };
  // By name: a user's loader may carry its own copy of the class.
  if (name === "FailureError" && failure) return failure;
  return (
    diskFailure(error) ?? {
      kind: "internal",
      what: `The rule failed unexpectedly: ${message ?? String(error)}`,
      hint: "This is a bug in lfads or in your loader; --verbose shows where.",
      ...(stack ? { detail: stack } : {}),
    }
  );
}
