/** What a loader module of the user's gets, and what it returns. */

/** What a loader's function is called with. `Params` are the user's own parameters. */
// biome-ignore lint/suspicious/noExplicitAny: a loader that does not say which parameters there are may read any.
export interface LoaderContext<Params extends object = Record<string, any>> {
  readonly dataset: {
    readonly name: string;
    /** Absolute path of the dataset's file, the first one where it has several. */
    readonly file: string;
    readonly files: readonly string[];
  };
  /** Those that affect data: `spikeBinMs`, and those declared in `custom`. Reading another is an error. */
  readonly params: Readonly<{ spikeBinMs: number } & Params>;
  /** What the trials are for: to train on, or to compute alignment matrices from. */
  readonly mode: "export" | "alignment";
  /** Absolute paths of the files that the lfadsfile declares, by the path that is written there. */
  readonly files: Readonly<Record<string, string>>;
}

/** Nested arrays, or values in row-major order with their shape: trials × channels (inputs, dimensions) × bins. */
export type TrialsArray =
  | readonly (readonly ArrayLike<number>[])[]
  | { readonly data: ArrayLike<number>; readonly shape: readonly [trials: number, width: number, bins: number] };

/** One dataset's trials, cut and binned. */
export interface LoadedTrials {
  /** Spike counts (or real values for a gaussian model), trials × channels × bins. */
  readonly counts: TrialsArray;
  /** Width of a bin; or the bins' centres. */
  readonly binMs?: number;
  readonly timeVecMs?: ArrayLike<number>;
  /** A number or text a trial. */
  readonly conditionId?: ArrayLike<number> | readonly string[];
  /** True rates as the counts. */
  readonly truth?: TrialsArray;
  /** Spikes/s (when absent), or expected counts per bin. */
  readonly truthUnit?: "hz" | "countsPerBin";
  /** Trials × inputs × bins. */
  readonly externalInputs?: TrialsArray;
  /** Trials × dimensions × bins, NaN where they are not known: for `lfads evaluate`. */
  readonly states?: TrialsArray;
  readonly behavior?: TrialsArray;
}

export type Loader<Params extends object = Record<string, unknown>> = (
  context: LoaderContext<Params>,
) => LoadedTrials | Promise<LoadedTrials>;
