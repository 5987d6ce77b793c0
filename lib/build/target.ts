/**
 * A target: what the build engine knows of a piece of work. It does not know what a rule does.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Files that a target reads. The name, not the path, enters the key. */
export type TargetInput =
  | {
      readonly name: string;
      readonly file: string; // absolute path of a file of the user's
      /** What the rule knows it as: the base name when absent. */
      readonly as?: string;
    }
  | {
      readonly name: string;
      readonly target: string; // label of the producer
      /**
       * Which of the producer's outputs: exact relative names, or a prefix ending in `*`. All when absent. A name that
       * ends in `?` is of an output that is not always made.
       */
      readonly select?: readonly string[];
    };

export interface Target {
  /** `<collection>/<param_HASH>/<spec>:<rule>`; unique. */
  readonly label: string;
  /** Name of the rule that makes it; the rule's version is looked up in the rule table. */
  readonly rule: string;
  /** Everything the rule needs to know that reaches the result; goes into the key. */
  readonly params: Json;
  /** What the rule may use that cannot change the result (names for messages); not in the key. */
  readonly settings?: Json;
  readonly inputs: readonly TargetInput[];
  /**
   * Its outputs are the files of the user's among its inputs, under their names (`as`), where they are: nothing is run,
   * written, moved or removed. What made them is not known.
   */
  readonly adopts?: boolean;
  /** Made only when its rule is named: nobody waits for it. `select` tells which patterns mean it. */
  readonly onDemand?: boolean;
  /** Absolute folder that the outputs are renamed into. Several targets may share it, never one file. */
  readonly outDir: string;
  /** Relative symlinks that go with the outputs; made when they are published, outside the key. */
  readonly links?: readonly { readonly path: string /* absolute */; readonly to: string /* relative */ }[];
  /** A file beside the outputs that receives the log too. */
  readonly logCopy?: { readonly path: string; readonly append: boolean };
  /** Threads that the rule can use; work is a guess of how long it takes beside others (1). */
  readonly resources?: { readonly cpus?: number; readonly work?: number };
}
