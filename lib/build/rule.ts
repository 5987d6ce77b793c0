/**
 * A rule: what makes a kind of target. Rules are a layer above the build engine and carry a version;
 * changing what a rule makes means changing its version.
 */
import type { Json } from "./target.js";

export interface RuleInputFile {
  /** Relative to the producer's output folder; the base name for a file of the user's. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly digest: string;
}

export interface RuleContext {
  readonly label: string;
  readonly params: Json;
  readonly settings: Json;
  /** Input name → files, in the order of the producer's manifest. */
  readonly inputs: Readonly<Record<string, readonly RuleInputFile[]>>;
  /** Staging folder (absolute) without files; these are renamed into the target's outDir when `run` resolves. Folders may be there. */
  readonly out: string;
  /**
   * A folder that survives a killed build and belongs to this very key: a resumable rule keeps its
   * checkpoints here. Removed after success.
   */
  readonly scratch: string;
  readonly threads: number;
  readonly signal: AbortSignal;
  log(line: string): void;
  /** A sentence that the user is to see although the target goes on; it is logged too. */
  warn(what: string): void;
  progress(progress: Progress): void;
}

/** What a running target says of itself; everything is optional but `done`. */
export interface Progress {
  /** 0…1, or null when not known. */
  readonly done: number | null;
  readonly secondsLeft?: number | null;
  /** Short columns for the live view and events, in order: epoch 120, train 2893.1, valid 2911.0, lr 0.0081. */
  readonly fields?: readonly (readonly [name: string, value: number | string])[];
}

export interface Rule {
  readonly name: string;
  /** Part of the key. */
  readonly version: string;
  /** Makes the outputs in `context.out`. Throws FailureError for what is the user's or the world's fault. */
  run(context: RuleContext): Promise<void>;
}

/** The rules by name. The module that exports it as `rules` is what a child process imports. */
export type RuleTable = Readonly<Record<string, Rule>>;
