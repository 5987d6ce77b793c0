/**
 * The sources that a lfadsfile can name. They are plain data; the loaders read the recordings when the build runs.
 */
import type { CommandDefinition, LoaderDefinition } from "./define-made.js";
import type {
  ArrayAxis,
  ChaoticRnnSpec,
  EvaluationSpec,
  H5Spec,
  LorenzSpec,
  MatSpec,
  NpzSpec,
  NwbSeriesSpec,
  NwbSpec,
  NwbUnitsSpec,
} from "./source-spec.js";

export type SourceDefinition = LorenzDefinition | ChaoticRnnDefinition | FilesSourceDefinition;
/** Those that find datasets by their files. */
export type FilesSourceDefinition =
  | H5Definition
  | NpzDefinition
  | MatDefinition
  | NwbDefinition
  | LoaderDefinition
  | CommandDefinition;

export type LorenzDefinition = Omit<LorenzSpec, "index"> & { readonly count: number };
export type ChaoticRnnDefinition = Omit<ChaoticRnnSpec, "index"> & { readonly count: number };

interface FilesDefinition {
  readonly patterns: readonly string[];
  readonly nameOf?: (file: string) => string;
}
export type H5Definition = Omit<H5Spec, "kind"> & FilesDefinition & { readonly kind: "h5" };
export type NpzDefinition = Omit<NpzSpec, "kind"> & FilesDefinition & { readonly kind: "npz" };
export type MatDefinition = Omit<MatSpec, "kind"> & FilesDefinition & { readonly kind: "mat" };
export type NwbDefinition = Omit<NwbSpec, "kind"> & FilesDefinition & { readonly kind: "nwb" };

export interface LorenzOptions extends EvaluationSpec {
  /** Number of datasets, `dataset001` and on. */
  count?: number;
  /** Initial conditions of the attractor. */
  conditions?: number;
  trialsPerCondition?: number;
  /** Least and largest number of channels; each dataset draws its own. */
  channels?: readonly [least: number, most: number];
  durationMs?: number;
  /** Mean firing rate of the channels in spikes/s. */
  meanRateHz?: number;
  /** Euler step, and the parameters of the attractor. */
  dt?: number;
  sigma?: number;
  rho?: number;
  beta?: number;
  /** The same seed gives the same recordings on every machine. */
  seed?: number;
}

/** Made-up recordings of a Lorenz attractor, as in the Run Manager's demo, with the true rates known. */
export function lorenz(options: LorenzOptions = {}): LorenzDefinition {
  return {
    kind: "lorenz",
    count: 3,
    conditions: 65,
    trialsPerCondition: 15,
    channels: [25, 35],
    durationMs: 500,
    meanRateHz: 5,
    dt: 0.006,
    sigma: 10,
    rho: 28,
    beta: 8 / 3,
    seed: 1,
    ...options,
  };
}

export interface ChaoticRnnOptions extends EvaluationSpec {
  /** Number of datasets, `dataset001` and on: the same network and conditions, other pulses and spikes. */
  count?: number;
  /** Initial states of the network. */
  conditions?: number;
  trialsPerCondition?: number;
  /** Units of the network; each is a channel. */
  units?: number;
  /** Scale g of the recurrent weights: activity keeps itself up from somewhere above 1, faster the larger g is. */
  gain?: number;
  /** Time constant of the units. */
  tauMs?: number;
  /** Width of the bins, and the Euler step. */
  binMs?: number;
  durationMs?: number;
  /** Firing rate of a unit at its limit. */
  maxRateHz?: number;
  /** Input u of one bin in the middle half of every trial; 0: none. */
  pulse?: number;
  /** The same seed gives the same recordings on every machine. */
  seed?: number;
}

/**
 * Made-up recordings of a chaotic network that a pulse hits at a random time in each trial, with the true rates known:
 * what a controller that infers inputs is tried on in the LFADS papers. τ dx/dt = −x + g W tanh(x) + B u, spikes are
 * Poisson with `maxRateHz` (1 + tanh(x)) / 2. The defaults are the papers' network, with fewer trials.
 */
export function chaoticRnn(options: ChaoticRnnOptions = {}): ChaoticRnnDefinition {
  return {
    kind: "chaoticRnn",
    count: 1,
    conditions: 100,
    trialsPerCondition: 10,
    units: 50,
    gain: 1.5,
    tauMs: 25,
    binMs: 10,
    durationMs: 1000,
    maxRateHz: 30,
    pulse: 20,
    seed: 1,
    ...options,
  };
}

export interface FileOptions extends EvaluationSpec {
  /** The dataset's name, given the path of its file; the file's base name without extension when absent. */
  name?: (file: string) => string;
}

/** Where HDF5 files keep what; `{ train, valid }` for files that bring a split of their own. */
export type H5Mapping = Omit<H5Spec, "kind"> & FileOptions;

/**
 * HDF5 files with spike counts, trials × bins × channels. Give `binMs` or the path of the times, `time`.
 * ```ts
 * h5("session*.h5", { counts: "spikes", condition: "conditionId", binMs: 1 })
 * ```
 * @param pattern Files in the collection's `path`; one pattern or several.
 */
export function h5(pattern: string | readonly string[], mapping: H5Mapping): H5Definition {
  const { name, ...spec } = mapping;
  return { kind: "h5", ...files(pattern, name), ...truthUnit(spec), ...spec };
}

function truthUnit({ truth }: Pick<H5Spec, "truth">): Pick<H5Spec, "truthUnit"> {
  return truth === undefined ? {} : { truthUnit: "hz" };
}

/** Which arrays hold what; none for .npy files, which hold the counts alone. */
export type NpzMapping = Omit<NpzSpec, "kind"> & FileOptions;

/**
 * NumPy's files with spike counts, trials × bins × channels: .npz archives with the options of `h5`, or .npy files.
 * ```ts
 * npz("session*.npz", { counts: "spikes", condition: "conditionId", binMs: 1 })
 * npz("*.npy", { binMs: 10 })
 * ```
 * @param pattern Files in the collection's `path`; one pattern or several.
 */
export function npz(pattern: string | readonly string[], mapping: NpzMapping): NpzDefinition {
  const { name, ...spec } = mapping;
  return { kind: "npz", ...files(pattern, name), ...truthUnit(spec), ...spec };
}

/** Which variables hold what; `axes` are trials, channels, time when absent. */
export type MatMapping = Omit<MatSpec, "kind" | "axes"> & FileOptions & { axes?: readonly ArrayAxis[] };

/**
 * MAT files of any version: an array trials × channels × time, or a struct or cell array with one trial an element, each
 * channels × time. A dot leads to a field.
 * ```ts
 * mat("session*.mat", { counts: "spikes", time: "timeMs", condition: "conditionId" })
 * mat("session*.mat", { counts: "D.data", condition: "D.condition", binMs: 1, align: "D.go", windowMs: [-200, 600] })
 * ```
 * @param pattern Files in the collection's `path`; one pattern or several.
 */
export function mat(pattern: string | readonly string[], mapping: MatMapping): MatDefinition {
  const { name, axes = ["trials", "channels", "time"], ...spec } = mapping;
  return { kind: "mat", ...files(pattern, name), ...truthUnit(spec), axes, ...spec };
}

/** Column → the value, or one of the values, that a row must have. */
export type ColumnFilter = Readonly<Record<string, ColumnValue | readonly ColumnValue[]>>;
type ColumnValue = string | number | boolean;

export interface NwbOptions extends FileOptions {
  /** Column of the aligning event's time in seconds; several columns are added, for times relative to others. */
  align: string | readonly string[];
  /** From when to when around the event, in seconds: `[-0.5, 1.5]`. */
  window: readonly [from: number, to: number];
  /** Width of the bins that spikes are counted in; the model's `spikeBinMs` is a multiple of it. */
  binMs: number;
  /** The table of trials, `intervals/trials` when absent, and which of its rows count. */
  trials?: string | { table?: string; where?: ColumnFilter };
  /** The table of units, `units` when absent, and which of its rows count; the units of several tables come in order. */
  units?: string | NwbUnits | readonly (string | NwbUnits)[];
  /** Column of the trials' condition; several columns together make it. */
  condition?: string | readonly string[];
  /** Series whose columns, side by side, are the model's external inputs. Trials in which one is not known are left out. */
  externalInputs?: NwbSeriesColumns | readonly NwbSeriesColumns[];
  /** Series whose columns are decoded by `lfads evaluate`. */
  behavior?: NwbSeriesColumns | readonly NwbSeriesColumns[];
}

export interface NwbUnits {
  /** Path of the table; `units` when absent. */
  table?: string;
  /** Which of its rows count. */
  where?: ColumnFilter;
  /** Which electrodes: columns of the electrodes table, as `{ location: "M1" }`. One of a unit's electrodes has all of them. */
  electrodes?: ColumnFilter;
}

export interface NwbSeriesColumns {
  /** Path of a TimeSeries, as `processing/behavior/Position/cursor`. */
  series: string;
  /** Its columns, from 0; all when absent. */
  columns?: readonly number[];
  /** A bin without a sample is interpolated between samples that are at most so far apart; 100 when absent. */
  maxGapMs?: number;
}

/**
 * NWB 2 files: spike times of a units table, cut into trials around an event.
 * ```ts
 * nwb("*.nwb", { align: ["start_time", "cue_start_time"], window: [-2.4, 2], binMs: 20, trials: { where: { is_good: true } } })
 * ```
 * @param pattern Files in the collection's `path`; one pattern or several.
 */
export function nwb(pattern: string | readonly string[], options: NwbOptions): NwbDefinition {
  const trials = typeof options.trials === "string" ? { table: options.trials } : (options.trials ?? {});
  const table = trials.table ?? "trials";
  return {
    kind: "nwb",
    ...files(pattern, options.name),
    trials: table.includes("/") ? table : `intervals/${table}`,
    align: listOf(options.align),
    window: options.window,
    where: filter(trials.where),
    units: listOf(options.units ?? {}).map(unitsSpec),
    condition: options.condition === undefined ? [] : listOf(options.condition),
    ...(options.externalInputs === undefined ? {} : { externalInputs: listOf(options.externalInputs).map(seriesSpec) }),
    ...(options.behavior === undefined ? {} : { behavior: listOf(options.behavior).map(seriesSpec) }),
    binMs: options.binMs,
    ...(options.heldOut === undefined ? {} : { heldOut: options.heldOut }),
    ...(options.decode === undefined ? {} : { decode: options.decode }),
  };
}

function unitsSpec(units: string | NwbUnits): NwbUnitsSpec {
  const { where, electrodes, ...more } = typeof units === "string" ? { table: units } : units;
  return {
    table: "units",
    ...more,
    where: filter(where),
    ...(electrodes === undefined ? {} : { electrodes: filter(electrodes) }),
  };
}

function seriesSpec(series: NwbSeriesColumns): NwbSeriesSpec {
  return { maxGapMs: 100, ...series };
}

function files(pattern: string | readonly string[], nameOf: ((file: string) => string) | undefined): FilesDefinition {
  return { patterns: listOf(pattern), ...(nameOf === undefined ? {} : { nameOf }) };
}

function filter(where: ColumnFilter = {}): Readonly<Record<string, readonly ColumnValue[]>> {
  return Object.fromEntries(Object.entries(where).map(([column, values]) => [column, listOf(values)]));
}

function listOf<T>(one: T | readonly T[]): readonly T[] {
  return Array.isArray(one) ? (one as readonly T[]) : [one as T];
}
