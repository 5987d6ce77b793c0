/** Runs the real command with a fault at a moment; see fault-hook.mjs. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { lfadsMain } from "../cli/run-lfads.js";

const hook = new URL("fault-hook.mjs", import.meta.url).href;

export interface Fault {
  /** `<build|child> <rename|link|symlink|remove|mkdir|open|write> <place>`: what the process is about to do. */
  readonly moment?: string;
  /** Which time it does so, from 1. */
  readonly nth?: number;
  /** `torn`: after half of what is to be written. */
  readonly when?: "before" | "after" | "torn";
  /** A file that does not exist: whoever makes it first strikes, and nobody after. */
  readonly once?: string;
  readonly kill?: Victim;
  /** Waits until this file exists. */
  readonly hold?: string;
  /** Runs this. */
  readonly shell?: string;
  /** The call fails with this code. */
  readonly error?: string;
  /** Every call is added to this file, as a line in the form of `moment`. */
  readonly census?: string;
  /** The clock of the process is wrong by so much. */
  readonly clockMs?: number;
}

export type Victim = "build" | "child" | "group";

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly pid: number;
  /** So far. */
  readonly text: { readonly out: string; readonly err: string };
  readonly ended: Promise<Ended>;
}

/** Starts `lfads <args>` in `dir`, in a process group of its own. */
export function start(dir: string, args: readonly string[], fault?: Fault): Running {
  const faulty = fault && { NODE_OPTIONS: `--import ${hook}`, LFADS_FAULT: JSON.stringify(fault) };
  const child = spawn(process.execPath, [lfadsMain, ...args], {
    cwd: dir,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1", ...faulty },
  });
  const text = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text.out += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    text.err += chunk;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, ...text }));
  });
  return { pid: child.pid!, text, ended };
}

export const run = (dir: string, args: readonly string[], fault?: Fault): Promise<Ended> =>
  start(dir, args, fault).ended;

export const hookFile = fileURLToPath(hook);
