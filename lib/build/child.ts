/**
 * The one entry of every child process: takes jobs from its parent and runs their rules.
 * Everything printed to stdout or stderr travels in order with what the rule logs. Ends with its parent.
 */
import type { Failure } from "#lib/failure.js";
import type { ChildReport, ChildStart } from "./child-protocol.js";
import type { Progress, RuleTable } from "./rule.js";
import { ruleFailure, runRule } from "./run-rule.js";

const PROGRESS_EVERY_MS = 100;

/** On its way while the parent still plans; a failure is told by the first job. */
const table = import(process.argv[2]!) as Promise<{ rules: RuleTable }>;
table.catch(() => {});

let running: AbortController | undefined;

process.on("message", (message: ChildStart) => void start(message));
process.on("disconnect", () => process.exit(1));
// Ctrl-C reaches the whole process group: the parent decides.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {
  if (running) running.abort();
  else process.exit(0);
});
process.on("uncaughtException", (error) => endWith(ruleFailure(error)));
for (const stream of [process.stdout, process.stderr]) {
  stream.write = ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown) => {
    report({ type: "log", text: typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8") });
    const callback = typeof encoding === "function" ? encoding : done;
    if (typeof callback === "function") process.nextTick(callback);
    return true;
  }) as typeof stream.write;
}

async function start({ job }: ChildStart): Promise<void> {
  running = new AbortController();
  const { signal } = running;
  let rules: RuleTable;
  try {
    ({ rules } = await table);
  } catch (error) {
    endWith(ruleFailure(error));
    return;
  }
  const progress = throttle((latest) => report({ type: "progress", progress: latest }));
  const log = (line: string) => report({ type: "log", text: `${line}\n` });
  const warn = (what: string) => report({ type: "warning", what });
  const result = await runRule(rules, job, { log, warn, progress: progress.add }, signal);
  progress.flush();
  running = undefined;
  if (result.ok) report({ type: "done", outputs: result.value });
  else endWith(result.error);
}

function report(message: ChildReport): void {
  if (process.connected) process.send!(message);
}

/** A process whose rule failed is not used again. */
function endWith(failure: Failure): void {
  if (!process.connected) process.exit(1);
  process.send!({ type: "failed", failure } satisfies ChildReport, () => process.exit(1));
}

/** At most one report in a while; the last one is never lost. */
function throttle(send: (progress: Progress) => void) {
  let waiting: Progress | undefined;
  let sentAtMs = 0;
  const flush = () => {
    if (waiting) send(waiting);
    waiting = undefined;
  };
  return {
    flush,
    add: (progress: Progress) => {
      waiting = progress;
      const nowMs = performance.now();
      if (nowMs - sentAtMs < PROGRESS_EVERY_MS) return;
      sentAtMs = nowMs;
      flush();
    },
  };
}
