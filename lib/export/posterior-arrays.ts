/** What a run's posterior has of every trial, trials in the order of the recording. */
import type { Hdf5File } from "#lib/hdf5/open-hdf5.js";
import { perSecond } from "./per-second.js";
import type { ResultArray } from "./result-array.js";
import { type PlacedTrial, rowsInOrder, type Side } from "./trial-order.js";

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

/** Rates; of a model with Gaussian output, means and variances. */
export function rateArrays(
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
    name,
    about,
    axes: ["trial", "time", "channel"],
    shape: [order.length, bins, channels],
    type: "float64",
    rows,
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

/** Factors and the rest of the generator's pass, and costs. */
export function passArrays(order: readonly PlacedTrial[], sides: Record<Side, Hdf5File>): ResultArray[] {
  return posteriorArrays
    .filter(([path]) => sides.train.has(path))
    .map(([path, name, axes, about, unit]): ResultArray => {
      const rest = sides.train.shape(path).slice(1);
      const rowSize = rest.reduce((size, length) => size * length, 1);
      return {
        name,
        about,
        axes: ["trial", ...axes.split(" ").filter(Boolean)],
        shape: [order.length, ...rest],
        type: "float64",
        ...(unit ? { unit } : {}),
        rows: (start, count) =>
          rowsInOrder(order.slice(start, start + count), rowSize, (side, row, rows) =>
            sides[side].readFloat64Rows(path, row, rows),
          ),
      };
    });
}

/** `count` of the `width` columns, from `first` on. */
function columns(values: Float64Array, width: number, first: number, count: number): Float64Array {
  const picked = new Float64Array((values.length / width) * count);
  for (let row = 0; row < values.length / width; row++)
    picked.set(values.subarray(row * width + first, row * width + first + count), row * count);
  return picked;
}
