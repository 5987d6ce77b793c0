/** What a run was given and what it is held against, trials in the order of the recording. */
import type { Hdf5File } from "#lib/hdf5/open-hdf5.js";
import type { TrialFacts } from "#lib/sources/read-trial-facts.js";
import { perSecond } from "./per-second.js";
import { arrayOf, type ResultArray } from "./result-array.js";
import { firstBins, type PlacedTrial, rowsInOrder, type Side } from "./trial-order.js";

export function trialArrays(
  order: readonly PlacedTrial[],
  inds: Record<Side, Float64Array>,
  conditions: TrialFacts["conditions"],
): ResultArray[] {
  const whole = (values: Iterable<number>) => Int32Array.from(values);
  const about = "number of the trial's condition, from 1, in condition_names; 0 for none";
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
    ...(conditions
      ? [arrayOf("condition", about, ["trial"], whole(order.map(({ side, row }) => conditions[side][row]!)))]
      : []),
  ];
}

/** Those of the counts, and those that are held out, if any are. */
export function channelArrays(channels: number, evaluation: Hdf5File | undefined): ResultArray[] {
  const about = "number of the channel in the recording, from 1";
  if (!evaluation?.has("heldin_channels")) {
    const numbers = Int32Array.from({ length: channels }, (_, channel) => channel + 1);
    return [arrayOf("channel", about, ["channel"], numbers)];
  }
  const read = (path: string) => Int32Array.from(evaluation.readFloat64(path));
  return [
    arrayOf("channel", about, ["channel"], read("heldin_channels")),
    arrayOf("heldout_channel", `${about}, held out`, ["held-out channel"], read("heldout_channels")),
  ];
}

/** Where they are not known for all bins: from the first bin's begin. */
export function binCentres(known: TrialFacts["timeVecMs"], bins: number, binMs: number): ResultArray {
  const centres =
    known && known.length >= bins
      ? known.subarray(0, bins)
      : Float64Array.from({ length: bins }, (_, bin) => (bin + 0.5) * binMs);
  return arrayOf("time_ms", "centre of each bin", ["time"], centres, { unit: "ms" });
}

/** Counts and what else there is of every trial and bin. */
export function inputArrays(
  order: readonly PlacedTrial[],
  input: Hdf5File,
  evaluation: Hdf5File | undefined,
  bins: number,
  binMs: number,
): ResultArray[] {
  const ofTrials = (h5: Hdf5File, suffix: string, what: Pick<ResultArray, "name" | "about"> & { axis: string }) => {
    const { axis, ...named } = what;
    const width = h5.shape(`train_${suffix}`)[2]!;
    return {
      ...named,
      axes: ["trial", "time", axis],
      shape: [order.length, bins, width],
      type: "float64" as const,
      rows: (start: number, count: number) =>
        rowsInOrder(order.slice(start, start + count), bins * width, (side, row, rows) =>
          firstBins(h5, `${side}_${suffix}`, bins, row, rows),
        ),
    };
  };
  const counts = (array: ReturnType<typeof ofTrials>): ResultArray =>
    input.dtype("train_data") === "float64"
      ? array
      : { ...array, type: "int32", rows: (start, count) => Int32Array.from(array.rows(start, count)) };
  const rates = (array: ReturnType<typeof ofTrials>): ResultArray => ({
    ...array,
    unit: "spikes/s",
    rows: (start, count) => perSecond(array.rows(start, count), binMs),
  });
  const given = { name: "counts", about: "what the run was given: counts a bin", axis: "channel" };
  const truth = { name: "true_rates", about: "true rates", axis: "channel" };
  const inputs = { name: "external_inputs", about: "external inputs", axis: "input" };
  const heldOut = {
    name: "heldout_counts",
    about: "what the run was not given: counts a bin of the channels held out",
    axis: "held-out channel",
  };
  const states = { name: "states", about: "states that the recording brings", axis: "state" };
  const behavior = { name: "behavior", about: "behavior", axis: "dimension" };
  return [
    counts(ofTrials(input, "data", given)),
    ...(input.has("train_truth") ? [rates(ofTrials(input, "truth", truth))] : []),
    ...(input.has("train_ext_input") ? [ofTrials(input, "ext_input", inputs)] : []),
    ...(evaluation?.has("train_heldout") ? [counts(ofTrials(evaluation, "heldout", heldOut))] : []),
    ...(evaluation?.has("train_states") ? [ofTrials(evaluation, "states", states)] : []),
    ...(evaluation?.has("train_behavior") ? [ofTrials(evaluation, "behavior", behavior)] : []),
  ];
}
