/**
 * What the page of a collection shows: the contract between what reads results and what draws them. Letters: E trials
 * that are shown, T bins, N channels that are shown, F factors, U inferred inputs, I external inputs, K conditions that are
 * shown, P PCs. Names are in the spelling of the files (docs/files.md).
 */
import type { ParamValue } from "#lib/params/param-value.js";

/** Row-major numbers: base64 of their little-endian bytes; `decodeValues` gives the typed array. */
export interface Values {
  readonly type: "float32" | "uint8" | "uint16" | "int32";
  readonly shape: readonly number[];
  readonly data: string;
}

export interface ReportData {
  readonly version: 1;
  /** Version of the package that made it. */
  readonly lfads: string;
  readonly collection: string;
  /** Of the collection, relative to the folder of the lfadsfile, with `/`. */
  readonly folder: string;
  /** Its runs were made elsewhere. */
  readonly imported: boolean;
  /** Parameters that differ from their defaults and are the same in all runs. */
  readonly common: Readonly<Record<string, ParamValue>>;
  /** Names of the parameters that differ among the runs, in the order of the table of parameters. */
  readonly varying: readonly string[];
  /** In the order of the lfadsfile. */
  readonly runs: readonly ReportRun[];
  /** Comparisons as `c_gen_dim>64` that hold of each of `runs`; none where these are all of the collection. */
  readonly where: readonly string[];
  /** Runs of the collection that were not asked for: nothing of what they made was read. */
  readonly others: readonly OtherRun[];
}

export type OtherRun = Pick<ReportRun, "label" | "name" | "paramName" | "spec" | "params">;

export interface ReportRun {
  /** `<collection>/<param_HASH>/<spec>`; `lfads show <label>:train` tells its provenance. */
  readonly label: string;
  /** Name of the setting. */
  readonly name: string;
  readonly paramName: string;
  readonly dataName: string;
  readonly spec: string;
  readonly datasets: readonly string[];
  /** The varying ones, default or not. */
  readonly params: Readonly<Record<string, ParamValue>>;
  /**
   * Of results.json: epochs, lveEpoch, trainCost, validCost, svNll, and of `all` (validation trials, all datasets
   * together) nll, meanRateNll, psthNll, bitsPerSpike, coSmoothing, `r2.pooled`, `r2.medianOverChannels`, psthR2,
   * `states.1` …, `behavior.1` …. Null: not measured. Empty for an imported run that is not whole.
   */
  readonly results: Readonly<Record<string, number | null>>;
  /** Of the run, relative to the folder of the lfadsfile. */
  readonly folder: string;
  /** What the report was made of: paths relative to the folder of the lfadsfile, SHA-256 in hex. Empty where runs are too many. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
  /** Absent where there is no fitlog.csv, and where runs are too many: those of the lowest validation NLL have it. */
  readonly cost?: CostCurves;
  /** Absent where files of an imported run are missing, and where runs are too many, as above. */
  readonly detail?: RunDetail;
}

/** A value for each epoch that is shown, all of one length; the first, the last and the LVE epoch are among them. Nats a trial. */
export interface CostCurves {
  /** Epochs trained; more than are shown where they are too many. */
  readonly epochs: number;
  /** Of the LVE checkpoint; null where there is none. */
  readonly lveEpoch: number | null;
  readonly epoch: Values;
  /** Last step of the epoch. */
  readonly step: Values;
  readonly trainTotal: Values;
  readonly validTotal: Values;
  readonly trainRecon: Values;
  readonly validRecon: Values;
  /** KL and L2 are not multiplied by their weights. */
  readonly trainKl: Values;
  readonly validKl: Values;
  readonly l2: Values;
  readonly klWeight: Values;
  readonly l2Weight: Values;
  /** Mean −log p of a count that sample validation holds out. */
  readonly svNll?: Values;
  /** From TensorBoard's events, where they are there. NaN for an epoch that they do not have. */
  readonly learningRate?: Values;
  /** Before it is clipped. */
  readonly gradientNorm?: Values;
}

export interface RunDetail {
  readonly binMs: number;
  /** Of `rates`, `truth` and what is averaged of them: `spikes/s`, or `a.u.` for gaussian output. */
  readonly unit: "spikes/s" | "a.u.";
  /** All factors of the run. */
  readonly factors: number;
  /** Principal components of the factors, over all trials and bins of all datasets; at most three. */
  readonly pca: {
    /** F. */
    readonly mean: Values;
    /** F×P: pca = (factors − mean) · loadings. */
    readonly loadings: Values;
    /** P: parts of the whole variance. */
    readonly explained: Values;
  };
  /** The prior of the inferred inputs, AR(1) processes: U each. */
  readonly prior?: {
    /** Time constant, in ms. */
    readonly tauMs: Values;
    /** Of the stationary process. */
    readonly variance: Values;
  };
  /** As many as fit; the run has `ReportRun.datasets`. */
  readonly datasets: readonly DatasetDetail[];
  /** Names of the conditions shown, the same for all datasets; none where no dataset has any. */
  readonly conditions: readonly string[];
  readonly nConditions: number;
  /** Of a stitched run whose read-ins were aligned. */
  readonly alignment?: AlignmentDetail;
}

/** One dataset, some of its trials, channels and conditions. All rates in `RunDetail.unit`. */
export interface DatasetDetail {
  readonly name: string;
  /** Trials there are. */
  readonly nTrials: { readonly train: number; readonly valid: number };
  readonly trials: readonly ShownTrial[];
  /** T: centres of bins. */
  readonly timesMs: Values;
  /** Channels there are, and N: their numbers in the recording, from 1, of those shown (the ones with most spikes), ascending. */
  readonly nChannels: number;
  readonly channels: Values;
  /** E×T×N: what the model was given; whole numbers, but for gaussian output. */
  readonly counts: Values;
  /** E×T×N: means of gaussian output. */
  readonly rates: Values;
  /** E×T×N. */
  readonly truth?: Values;
  /** E×T×F. */
  readonly factors: Values;
  /** E×T×P. */
  readonly factorsPca: Values;
  /** E×T×U: inferred inputs. */
  readonly inputs?: Values;
  /** E×T×I. */
  readonly externalInputs?: Values;
  /** Averages over all trials, training and validation together; absent without conditions. */
  readonly averages?: ConditionDetail;
  /** Of the log rates (means of gaussian output) from the factors, for the channels with most spikes. */
  readonly readout?: {
    /** M: numbers in the recording, ascending. */
    readonly channels: Values;
    /** F×M. */
    readonly weights: Values;
    /** M. */
    readonly bias: Values;
  };
}

export interface ShownTrial {
  /** In the recording, from 1. */
  readonly number: number;
  readonly side: "train" | "valid";
  /** Null without one. */
  readonly condition: string | null;
}

/** K is all of `RunDetail.conditions`; NaN for a condition that the dataset does not have. */
export interface ConditionDetail {
  /** K. */
  readonly nTrials: Values;
  /** K×T×N. */
  readonly psthData: Values;
  readonly psthModel: Values;
  readonly psthTruth?: Values;
  /** K×T×F. */
  readonly factors: Values;
  /** K×T×P. */
  readonly factorsPca: Values;
  /** K×T×U. */
  readonly inputs?: Values;
}

/** How each dataset's channels give the PCs that the datasets share. K conditions of its own. */
export interface AlignmentDetail {
  readonly conditions: readonly string[];
  readonly timesMs: Values;
  /** P: parts of the variance of the condition averages. */
  readonly explained: Values;
  /** K×T×P; NaN where not every dataset has the condition. */
  readonly globalPcs: Values;
  readonly datasets: readonly {
    readonly name: string;
    /** K×T×P. */
    readonly reconstruction: Values;
    /** P. */
    readonly r2: Values;
  }[];
}
