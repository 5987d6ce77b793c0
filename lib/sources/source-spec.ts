/**
 * A source says how one dataset's trials are found in a file. Plain data: it goes into keys as it is.
 */
export type SourceSpec = GeneratedSpec | H5Spec | NpzSpec | MatSpec | NwbSpec | LoadedSpec;

/** What any recording can be told for `lfads evaluate`. */
export interface EvaluationSpec {
  /**
   * Channels that the model does not see, for co-smoothing: their numbers, from 1, or a share of all that is drawn with
   * `seed` (1 when absent).
   */
  readonly heldOut?: readonly number[] | { readonly fraction: number; readonly seed?: number };
  /** How behaviour is decoded: from the rates when absent, and how many ms it comes after what it is decoded from. */
  readonly decode?: { readonly from?: "rates" | "factors"; readonly lagMs?: number };
}

/** Made up by the build: each dataset a HDF5 file in the collection's folder. */
export type GeneratedSpec = LorenzSpec | ChaoticRnnSpec;

export function isGenerated<S extends { readonly kind: string }>(
  source: S,
): source is Extract<S, { kind: GeneratedSpec["kind"] }> {
  return source.kind === "lorenz" || source.kind === "chaoticRnn";
}

/** What a loader of the user's has returned, in a HDF5 file of the build's own. */
export interface LoadedSpec extends EvaluationSpec {
  readonly kind: "loaded";
}

/** The Run Manager's Lorenz demo; dataset number `index`, from 0. Makes its own HDF5 file. */
export interface LorenzSpec extends EvaluationSpec {
  readonly kind: "lorenz";
  readonly index: number;
  readonly seed: number;
  readonly conditions: number;
  readonly trialsPerCondition: number;
  /** Inclusive range of the number of channels; each dataset draws its own. */
  readonly channels: readonly [number, number];
  readonly durationMs: number;
  readonly meanRateHz: number;
  readonly dt: number;
  readonly sigma: number;
  readonly rho: number;
  readonly beta: number;
}

/** Trials of a chaotic rate network that a pulse hits; dataset number `index`, from 0. See `chaoticRnn`. */
export interface ChaoticRnnSpec extends EvaluationSpec {
  readonly kind: "chaoticRnn";
  readonly index: number;
  readonly seed: number;
  readonly conditions: number;
  readonly trialsPerCondition: number;
  readonly units: number;
  readonly gain: number;
  readonly tauMs: number;
  readonly binMs: number;
  readonly durationMs: number;
  readonly maxRateHz: number;
  readonly pulse: number;
}

/** HDF5 with counts; values are dataset paths inside the file. */
export interface H5Spec extends EvaluationSpec {
  readonly kind: "h5";
  /** One array of all trials E×T×N, or the two of a file that brings its own split. */
  readonly counts: string | { readonly train: string; readonly valid: string };
  readonly truth?: string | { readonly train: string; readonly valid: string };
  /** Unit of the truth: `hz` (spikes/s) or `countsPerBin` (expected counts per source bin). */
  readonly truthUnit?: "hz" | "countsPerBin";
  readonly condition?: string | { readonly train: string; readonly valid: string };
  readonly externalInputs?: string | { readonly train: string; readonly valid: string };
  /** States that the factors are held against, and behaviour that is decoded; NaN where it is not known. */
  readonly states?: string | { readonly train: string; readonly valid: string };
  readonly behavior?: string | { readonly train: string; readonly valid: string };
  /** Where the read-in and read-out of this dataset start: N × factors, and N. */
  readonly alignmentMatrix?: string;
  readonly alignmentBias?: string;
  /** Trial indices of a split of its own, and whether they count from 0 or 1. */
  readonly indices?: { readonly train: string; readonly valid: string; readonly base: 0 | 1 };
  /** Bin centres or edges in ms, length T; or the width alone. */
  readonly time?: string;
  readonly binMs?: number;
}

/** NumPy's files: values are names of arrays in a .npz archive; none for a .npy file, which holds the counts alone. */
export interface NpzSpec extends Omit<H5Spec, "kind" | "counts"> {
  readonly kind: "npz";
  readonly counts?: H5Spec["counts"];
  /** What the axes of counts, truth, external inputs, states and behaviour are; trials, time, channels when absent. */
  readonly axes?: readonly ArrayAxis[];
}

export type ArrayAxis = "trials" | "channels" | "time";

/** MAT files: values are variables, or fields of structs such as `D.data`. */
export interface MatSpec extends Omit<H5Spec, "kind"> {
  readonly kind: "mat";
  /** What the axes of arrays are, in MATLAB's order; without the trials where a struct or cell array has one a trial. */
  readonly axes: readonly ArrayAxis[];
  /** Trials of different lengths: the first bins of each, as many as the shortest has. */
  readonly cut?: "shortest";
  /** A time a trial, in ms of `time`, or from the trial's start; and the window around it (0 when absent). */
  readonly align?: string;
  readonly windowMs?: readonly [number, number];
}

/** NWB 2: spike times of a units table, trials of a TimeIntervals table. */
export interface NwbSpec extends EvaluationSpec {
  readonly kind: "nwb";
  /** Path of the TimeIntervals group. */
  readonly trials: string;
  /** Columns whose sum is the event's time in seconds. */
  readonly align: readonly string[];
  /** Seconds before and after the event. */
  readonly window: readonly [number, number];
  readonly where: RowFilter;
  /** The channels are the units of these tables, in order. */
  readonly units: readonly NwbUnitsSpec[];
  /** Columns whose combination of values is the condition. */
  readonly condition: readonly string[];
  /** The columns of these series side by side, in bins. */
  readonly externalInputs?: readonly NwbSeriesSpec[];
  readonly behavior?: readonly NwbSeriesSpec[];
  readonly binMs: number;
}

/** Column → values of which a row must have one. */
type RowFilter = Readonly<Record<string, readonly (string | number | boolean)[]>>;

/** A units table and which of its rows count: by its own columns, and by those of the electrodes table. */
export interface NwbUnitsSpec {
  readonly table: string;
  readonly where: RowFilter;
  /** One of the unit's electrodes has all of these. */
  readonly electrodes?: RowFilter;
}

/** A TimeSeries and which of its columns, from 0; all when absent. */
export interface NwbSeriesSpec {
  readonly series: string;
  readonly columns?: readonly number[];
  /** Bins without a sample are interpolated between samples that are at most so far apart. */
  readonly maxGapMs: number;
}
