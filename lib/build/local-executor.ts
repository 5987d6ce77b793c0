/** Runs each job in a child process of this machine; processes are reused until a job fails in one. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Failure } from "#lib/failure.js";
import { LineSplitter } from "#lib/line-splitter.js";
import { err, ok, type Result } from "#lib/result.js";
import type { OutputFile } from "./action-record.js";
import type { ChildReport, ChildStart } from "./child-protocol.js";
import { crashFailure } from "./crash-failure.js";
import type { Executor, Job, JobListener } from "./executor.js";

const PIPES_AFTER_EXIT_MS = 500;
/** Starting a process takes about twice as long: a short job is waited for rather. */
const SPAWN_AFTER_MS = 50;

export interface LocalExecutorOptions {
  readonly rulesModule: string;
  /** From SIGTERM to SIGKILL after an abort. */
  readonly graceMs?: number;
}

export class LocalExecutor implements Executor {
  readonly #options: LocalExecutorOptions;
  readonly #idle: ChildProcess[] = [];
  readonly #all = new Set<ChildProcess>();
  /** Jobs that take the next child that gets idle. */
  readonly #waiting: ((child: ChildProcess) => void)[] = [];

  constructor(options: LocalExecutorOptions) {
    this.#options = options;
  }

  /** Starts so many processes ahead of the jobs: to start one takes as long as many a target. */
  warm(count: number): void {
    while (this.#all.size < count) this.#idle.push(this.#spawn());
  }

  async run(
    job: Job,
    listener: JobListener,
    signal: AbortSignal,
  ): Promise<Result<readonly OutputFile[] | undefined, Failure>> {
    const child = this.#idle.pop() ?? (await this.#nextChild());
    const lines = new LineSplitter((line) => listener.log(line));
    const tail: string[] = [];
    let killTimer: NodeJS.Timeout | undefined;
    let exitTimer: NodeJS.Timeout | undefined;
    return await new Promise((resolve) => {
      let outcome: Result<never, Failure> | undefined;
      const onReport = (report: ChildReport) => {
        if (report.type === "log") lines.add(report.text);
        else if (report.type === "warning") listener.warn(report.what);
        else if (report.type === "progress") listener.progress(report.progress);
        else if (report.type === "failed") outcome = err(report.failure);
        else settle(ok(report.outputs));
      };
      // Past the channel: native code, programs that the rule starts, the process' own last words.
      const onRaw = (text: string) => {
        tail.push(text);
        if (tail.length > 50) tail.shift();
        lines.add(text);
      };
      const onClose = (code: number | null, childSignal: NodeJS.Signals | null) =>
        settle(outcome ?? err(signal.aborted ? interrupted(job) : crashFailure(job, code, childSignal, tail.join(""))));
      // A program that the rule started may hold the pipes open after its death.
      const onExit = (code: number | null, childSignal: NodeJS.Signals | null) => {
        exitTimer = setTimeout(() => onClose(code, childSignal), PIPES_AFTER_EXIT_MS);
      };
      // Of a process that was started and is gone before it has read its job, `close` tells.
      const onSpawnError = (error: Error) => {
        if (child.pid === undefined) settle(err({ ...crashFailure(job, null, null, ""), detail: error.message }));
      };
      const stop = () => {
        child.kill("SIGTERM");
        killTimer = setTimeout(() => child.kill("SIGKILL"), this.#options.graceMs ?? 4000);
      };
      const settle = (result: Result<readonly OutputFile[] | undefined, Failure>) => {
        clearTimeout(killTimer);
        clearTimeout(exitTimer);
        signal.removeEventListener("abort", stop);
        child.off("message", onReport).off("exit", onExit).off("close", onClose).off("error", onSpawnError);
        child.stdout!.off("data", onRaw);
        child.stderr!.off("data", onRaw);
        lines.end();
        if (result.ok && child.connected && !signal.aborted) this.#free(child);
        else if (child.connected) child.disconnect();
        resolve(result);
      };
      child.on("message", onReport).on("exit", onExit).on("close", onClose).on("error", onSpawnError);
      child.stdout!.on("data", onRaw);
      child.stderr!.on("data", onRaw);
      if (signal.aborted) stop();
      else signal.addEventListener("abort", stop, { once: true });
      child.send({ type: "start", job } satisfies ChildStart);
    });
  }

  /** Idle children end by themselves when their channel closes; busy ones are killed. */
  async close(): Promise<void> {
    const ended = [...this.#all].map((child) => new Promise((resolve) => child.once("exit", resolve)));
    for (const child of this.#all) if (!this.#idle.includes(child)) child.kill("SIGKILL");
    for (const child of this.#idle.splice(0)) if (child.connected) child.disconnect();
    await Promise.all(ended);
  }

  /** One that has become idle meanwhile, else a new one. */
  #nextChild(): Promise<ChildProcess> {
    return new Promise((resolve) => {
      const take = (child: ChildProcess) => {
        clearTimeout(timer);
        resolve(child);
      };
      const spawn = () => {
        if (this.#waiting.includes(take)) this.#waiting.splice(this.#waiting.indexOf(take), 1);
        resolve(this.#spawn());
      };
      const timer = setTimeout(spawn, this.#all.size > 0 ? SPAWN_AFTER_MS : 0);
      this.#waiting.push(take);
    });
  }

  #free(child: ChildProcess): void {
    const next = this.#waiting.shift();
    if (next) next(child);
    else this.#idle.push(child);
  }

  #spawn(): ChildProcess {
    const child = fork(fileURLToPath(new URL("./child.js", import.meta.url)), [this.#options.rulesModule], {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      serialization: "advanced",
      execArgv: [],
    });
    child.stdout!.setEncoding("utf8");
    child.stderr!.setEncoding("utf8");
    this.#all.add(child);
    child.on("exit", () => {
      this.#all.delete(child);
      const idleAt = this.#idle.indexOf(child);
      if (idleAt >= 0) this.#idle.splice(idleAt, 1);
    });
    // A channel that closes while a message is under way: `close` follows and tells.
    child.on("error", () => {});
    return child;
  }
}

function interrupted(job: Job): Failure {
  return { kind: "interrupted", what: "The build was interrupted.", target: job.label };
}
