import { type Hdf5File, openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { arrayOf, type ResultArray } from "./result-array.js";
import { firstBins, type PlacedTrial, rowsInOrder, type Side, trialOrder } from "./trial-order.js";

/** A run's files for one dataset, docs/files.md. */
export interface RunFiles {
  /** lfads_<dataset>.h5 */
  readonly input: string;
  /** model_runs_<dataset>.h5_<train|valid>_<kind> */
  readonly posterior: Readonly<Record<Side, string>>;
  readonly modelParams: string;
  /** evaluation_<dataset>.h5, where channels are held out. */
  readonly evaluation?: string;
}

export interface RunResults {
  readonly arrays: readonly ResultArray[];
  readonly conditionNames: readonly string[] | undefined;
  readonly variables: readonly ResultArray[];
  close(): void;
}

/** What a generator pass and the costs are called here, and what they are; the widths' axes follow `trial`. */
const posteriorArrays: readonly (readonly [path: string, name: string, axes: string, about: string, unit?: string])[] =
  [
    ["factors", "factors", "time factor", "factors"],
    ["controller_outputs", "controller_outputs", "time input", "inferred inputs"],
    ["gen_states", "generator_states", "time unit", "states of the generator"],
    ["gen_ics", "generator_ics", "unit", "initial states of the generator"],
    ["post_g0_mean", "post_g0_mean", "code", "posterior of g0: mean"],
    ["post_g0_logvar", "post_g0_logvar", "code", "posterior of g0: logarithm of the variance"],
    ["prior_g0_mean", "prior_g0_mean", "code", "prior of g0: mean"],
    ["prior_g0_logvar", "prior_g0_logvar", "code", "prior of g0: logarithm of the variance"],
    ["costs", "costs", "", "cost of the trial", "nats"],
    ["nll_bound_vaes", "nll_bound_vaes", "", "bound on the negative log-likelihood", "nats"],
    ["nll_bound_iwaes", "nll_bound_iwaes", "", "importance-weighted bound on the negative log-likelihood", "nats"],
  ];

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
    const params = await opened(files.modelParams);
    const channels = files.evaluation && (await opened(files.evaluation));
    const inds = { train: input.readFloat64("train_inds"), valid: input.readFloat64("valid_inds") };
    const order = trialOrder(inds);
    return {
      arrays: [
        ...trialArrays(order, inds, input),
        channelArray(input.shape("train_data")[2]!, channels || undefined),
        ...inputArrays(order, input, sides.train.shape("output_dist_params")[1]!, binMs),
        ...rateArrays(order, sides, input.shape("train_data")[2]!, binMs),
        ...passArrays(order, sides),
      ],
      conditionNames: input.has("condition_names") ? input.readStrings("condition_names") : undefined,
      variables: params.paths().map((path) => variable(params, path)),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function trialArrays(order: readonly PlacedTrial[], inds: Record<Side, Float64Array>, input: Hdf5File): ResultArray[] {
  const whole = (values: Iterable<number>) => Int32Array.from(values);
  const conditions = () => {
    const codes = {
      train: input.readFloat64("train_condition"),
      valid: input.readFloat64("valid_condition"),
    };
    return whole(order.map(({ side, row }) => codes[side][row]!));
  };
  return [
    arrayOf("trial", "number of the trial in the recording, from 1", ["trial"], whole(order.map((t) => t.number))),
    arrayOf(
      "is_valid",
      "1 for a validation trial, 0 for one of training",
      ["trial"],
      Uint8Array.from(order, (t) => Number(t.side === "valid")),
    ),
    arrayOf("train_inds", "numbers of the training trials", ["training trial"], whole(inds.train)),
    arrayOf("valid_inds", "numbers of the validation trials", ["validation trial"], whole(inds.valid)),
    ...(input.has("train_condition")
      ? [arrayOf("condition", "number of the trial's condition, from 1, in condition_names", ["trial"], conditions())]
      : []),
  ];
}

/** Channels that are held out have no number here. */
function channelArray(channels: number, evaluation: Hdf5File | undefined): ResultArray {
  const numbers = evaluation?.has("heldin_channels")
    ? Int32Array.from(evaluation.readFloat64("heldin_channels"))
    : Int32Array.from({ length: channels }, (_, channel) => channel + 1);
  return arrayOf("channel", "number of the channel in the recording, from 1", ["channel"], numbers);
}

/** The Run Manager's files have none: then from the first bin's begin. */
function binCentres(input: Hdf5File, bins: number, binMs: number): Float64Array {
  if (input.has("timeVecMs")) return input.readFloat64("timeVecMs").subarray(0, bins);
  return Float64Array.from({ length: bins }, (_, bin) => (bin + 0.5) * binMs);
}

/** Counts and what else the run was given. */
function inputArrays(order: readonly PlacedTrial[], input: Hdf5File, bins: number, binMs: number): ResultArray[] {
  const ofTrials = (path: string) => {
    const width = input.shape(`train_${path}`)[2]!;
    const read = (start: number, count: number) =>
      rowsInOrder(order.slice(start, start + count), bins * width, (side, row, rows) =>
        firstBins(input, `${side}_${path}`, bins, row, rows),
      );
    return { shape: [order.length, bins, width], read };
  };
  const counts = ofTrials("data");
  const isCounts = input.dtype("train_data") !== "float64";
  const arrays: ResultArray[] = [
    arrayOf("time_ms", "centre of each bin", ["time"], binCentres(input, bins, binMs), { unit: "ms" }),
    {
      ...{ name: "counts", about: "what the run was given: counts a bin", axes: ["trial", "time", "channel"] },
      shape: counts.shape,
      ...(isCounts
        ? { type: "int32", rows: (start, count) => Int32Array.from(counts.read(start, count)) }
        : { type: "float64", rows: counts.read }),
    },
  ];
  if (input.has("train_truth")) {
    const { shape, read } = ofTrials("truth");
    const rows = (start: number, count: number) => perSecond(read(start, count), binMs);
    const about = "true rates";
    arrays.push({
      name: "true_rates",
      about,
      unit: "spikes/s",
      axes: axesOf("time channel"),
      shape,
      type: "float64",
      rows,
    });
  }
  if (input.has("train_ext_input")) {
    const { shape, read } = ofTrials("ext_input");
    const about = "external inputs";
    arrays.push({ name: "external_inputs", about, axes: axesOf("time input"), shape, type: "float64", rows: read });
  }
  return arrays;
}

/** Rates; of a model with Gaussian output, means and variances. */
function rateArrays(
  order: readonly PlacedTrial[],
  sides: Record<Side, Hdf5File>,
  channels: number,
  binMs: number,
): ResultArray[] {
  const [, bins, width] = sides.train.shape("output_dist_params") as [number, number, number];
  const read = (start: number, count: number) =>
    rowsInOrder(order.slice(start, start + count), bins * width, (side, row, rows) =>
      sides[side].readFloat64Rows("output_dist_params", row, rows),
    );
  const array = (name: string, about: string, rows: ResultArray["rows"], unit?: string): ResultArray => ({
    ...{ name, about, axes: axesOf("time channel"), shape: [order.length, bins, channels], type: "float64", rows },
    ...(unit ? { unit } : {}),
  });
  if (width === channels)
    return [array("rates", "inferred rates", (start, count) => perSecond(read(start, count), binMs), "spikes/s")];
  return [
    array("output_means", "mean of each value", (start, count) => columns(read(start, count), width, 0, channels)),
    array("output_variances", "variance of each value", (start, count) =>
      columns(read(start, count), width, channels, channels),
    ),
  ];
}

function passArrays(order: readonly PlacedTrial[], sides: Record<Side, Hdf5File>): ResultArray[] {
  return posteriorArrays
    .filter(([path]) => sides.train.has(path))
    .map(([path, name, axes, about, unit]): ResultArray => {
      const rest = sides.train.shape(path).slice(1);
      const rowSize = rest.reduce((size, length) => size * length, 1);
      return {
        ...{ name, about, axes: axesOf(axes), shape: [order.length, ...rest], type: "float64" },
        ...(unit ? { unit } : {}),
        rows: (start, count) =>
          rowsInOrder(order.slice(start, start + count), rowSize, (side, row, rows) =>
            sides[side].readFloat64Rows(path, row, rows),
          ),
      };
    });
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

const axesOf = (others: string): string[] => ["trial", ...others.split(" ").filter(Boolean)];

function perSecond(values: Float64Array, binMs: number): Float64Array {
  const binSeconds = binMs / 1000;
  for (let i = 0; i < values.length; i++) values[i]! /= binSeconds;
  return values;
}

/** `count` of the `width` columns, from `first` on. */
function columns(values: Float64Array, width: number, first: number, count: number): Float64Array {
  const picked = new Float64Array((values.length / width) * count);
  for (let row = 0; row < values.length / width; row++)
    picked.set(values.subarray(row * width + first, row * width + first + count), row * count);
  return picked;
}
