/** Runs a program of the user's. The one module that knows zx. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { LineSplitter } from "#lib/line-splitter.js";

export interface CommandRun {
  /** Program and arguments: each reaches it as it is. */
  readonly argv: readonly string[];
  /** Folder that it runs in. */
  readonly dir: string;
  readonly timeoutSeconds: number | undefined;
  readonly signal: AbortSignal;
  /** Lines of standard output and standard error as they come. */
  readonly onLine: (line: string) => void;
}

export type CommandEnd =
  | { readonly kind: "ended"; readonly code: number }
  | { readonly kind: "killed"; readonly signal: string }
  | { readonly kind: "timed-out"; readonly seconds: number }
  /** `instead`: a program of another name that does the same. */
  | { readonly kind: "missing"; readonly instead: string | undefined };

/** From SIGTERM to SIGKILL; shorter than what this very process is given. */
const GRACE_MS = 2000;

/** Longest that a timer of Node waits, 24 days; asked for more, it would not wait at all. */
const LONGEST_MS = 2 ** 31 - 1;

const twins: Readonly<Record<string, string>> = { python: "python3", python3: "python" };

/** Resolves when the program has ended. All that it started ends with it when it is stopped, or when this process ends. */
export async function runCommand({ argv, dir, timeoutSeconds, signal, onLine }: CommandRun): Promise<CommandEnd> {
  const { $, which } = await import("zx/core");
  const [program = ""] = argv;
  const isThere = (name: string) =>
    name.includes("/") ? existsSync(resolve(dir, name)) : which.sync(name, { nothrow: true }) !== null;
  if (!isThere(program)) {
    const twin = twins[program];
    return { kind: "missing", instead: twin !== undefined && isThere(twin) ? twin : undefined };
  }
  // A process group of its own, so that all of it can be ended. Python else keeps its output back.
  const env = { ...process.env, PYTHONUNBUFFERED: "1" };
  const stdio: ["ignore", "pipe", "pipe"] = ["ignore", "pipe", "pipe"];
  const running = $({ cwd: dir, env, detached: true, nothrow: true, quiet: true, stdio })`exec ${argv}`;
  const group = running.pid;
  const kill = (by: NodeJS.Signals) => {
    try {
      if (group !== undefined) process.kill(-group, by);
    } catch {
      // It has ended.
    }
  };
  let killTimer: NodeJS.Timeout | undefined;
  let timedOut = false;
  const stop = () => {
    kill("SIGTERM");
    killTimer = setTimeout(() => kill("SIGKILL"), GRACE_MS);
  };
  const timeout =
    timeoutSeconds === undefined
      ? undefined
      : setTimeout(
          () => {
            timedOut = true;
            stop();
          },
          Math.min(timeoutSeconds * 1000, LONGEST_MS),
        );
  const onExit = () => kill("SIGKILL");
  process.on("exit", onExit);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  for (const stream of [running.stdout, running.stderr]) {
    const [lines, decoder] = [new LineSplitter(onLine), new StringDecoder("utf8")];
    stream.on("data", (chunk: Buffer) => lines.add(decoder.write(chunk))).on("end", () => lines.end());
  }
  const output = await running;
  clearTimeout(timeout);
  clearTimeout(killTimer);
  signal.removeEventListener("abort", stop);
  process.off("exit", onExit);
  // What it started may be deaf to SIGTERM.
  if (timedOut || signal.aborted) kill("SIGKILL");
  if (timedOut) return { kind: "timed-out", seconds: timeoutSeconds! };
  if (output.signal !== null) return { kind: "killed", signal: output.signal };
  return { kind: "ended", code: output.exitCode ?? 1 };
}
