import { type Hdf5File, openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { readTrialFacts } from "#lib/sources/read-trial-facts.js";
import { binCentres, channelArrays, inputArrays, trialArrays } from "./input-arrays.js";
import { passArrays, rateArrays } from "./posterior-arrays.js";
import type { ResultArray } from "./result-array.js";
import { type Side, trialOrder } from "./trial-order.js";

/** A run's files for one dataset, docs/files.md. */
export interface RunFiles {
  /** lfads_<dataset>.h5 */
  readonly input: string;
  /** inputInfo_<dataset>.mat, where there is one. */
  readonly inputInfo?: string;
  /** model_runs_<dataset>.h5_<train|valid>_<kind> */
  readonly posterior: Readonly<Record<Side, string>>;
  /** Absent where it was never written. */
  readonly modelParams?: string;
  /** evaluation_<dataset>.h5, where there is one. */
  readonly evaluation?: string;
}

export interface RunResults {
  readonly arrays: readonly ResultArray[];
  readonly conditionNames: readonly string[] | undefined;
  readonly variables: readonly ResultArray[];
  /** What could not be read, a sentence each. */
  readonly notes: readonly string[];
  close(): void;
}

/** Opens what a run has of a dataset, trials in the order of the recording. Throws FailureError `data`. */
export async function openRunResults(files: RunFiles, binMs: number): Promise<RunResults> {
  const open: Hdf5File[] = [];
  const close = () => {
    for (const h5 of open.splice(0)) h5.close();
  };
  const opened = async (file: string) => {
    const h5 = await openHdf5(file);
    open.push(h5);
    return h5;
  };
  try {
    const input = await opened(files.input);
    const sides = { train: await opened(files.posterior.train), valid: await opened(files.posterior.valid) };
    const params = files.modelParams === undefined ? undefined : await opened(files.modelParams);
    const evaluation = files.evaluation === undefined ? undefined : await opened(files.evaluation);
    const [, bins] = sides.train.shape("output_dist_params") as [number, number];
    const channels = input.shape("train_data")[2]!;
    const inds = { train: input.readFloat64("train_inds"), valid: input.readFloat64("valid_inds") };
    const order = trialOrder(inds);
    const { timeVecMs, conditions, notes } = await readTrialFacts(input, files.inputInfo, binMs);
    return {
      arrays: [
        ...trialArrays(order, inds, conditions),
        ...channelArrays(channels, evaluation),
        binCentres(timeVecMs, bins, binMs),
        ...inputArrays(order, input, evaluation, bins, binMs),
        ...rateArrays(order, sides, channels, binMs),
        ...passArrays(order, sides),
      ],
      conditionNames: conditions?.names,
      variables: params ? params.paths().map((path) => variable(params, path)) : [],
      notes,
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function variable(params: Hdf5File, path: string): ResultArray {
  const shape = params.shape(path);
  const type = params.dtype(path) as ResultArray["type"];
  const axes = shape.map((_, axis) => `axis ${axis}`);
  return {
    name: path,
    about: "variable of the model",
    axes,
    shape,
    type,
    rows: (start, count) => params.readRows(path, start, count),
  };
}
