/** The files of a run in which each value says where it belongs: 100 × trial + 10 × bin + column, trials from 1. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { RunFiles } from "#lib/export/open-run-results.js";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";

export interface WrittenRun {
  readonly inds: { readonly train: readonly number[]; readonly valid: readonly number[] };
  readonly bins?: number;
  /** Of the input, where the run used only the first of them. */
  readonly inputBins?: number;
  readonly channels?: number;
  readonly gaussian?: boolean;
  /** Of trial n: condition number n − 1 of these. */
  readonly conditions?: readonly number[];
  readonly conditionNames?: readonly string[];
  /** Numbers of the channels; then there are counts of those held out, one state, and two dimensions of behaviour. */
  readonly heldIn?: readonly number[];
  readonly heldOut?: readonly number[];
}

export const FACTORS = 2;

export async function writeRun(dir: string, run: WrittenRun): Promise<RunFiles> {
  const { inds, bins = 3, inputBins = bins, channels = 2, gaussian = false, conditions, conditionNames } = run;
  mkdirSync(dir, { recursive: true });
  const files = {
    input: join(dir, "lfads_a.h5"),
    posterior: { train: join(dir, "train"), valid: join(dir, "valid") },
    modelParams: join(dir, "model_params"),
    ...(run.heldIn ? { evaluation: join(dir, "evaluation_a.h5") } : {}),
  };
  const sides = ["train", "valid"] as const;
  await writeHdf5(files.input, (w) => {
    for (const side of sides) {
      const numbers = inds[side];
      const counts = placed(numbers, inputBins, channels);
      const shape = [numbers.length, inputBins, channels];
      w.dataset(`${side}_data`, gaussian ? counts : BigInt64Array.from(counts, BigInt), shape);
      w.dataset(
        `${side}_truth`,
        counts.map((value) => value / 1000),
        shape,
      );
      w.dataset(`${side}_ext_input`, placed(numbers, inputBins, 1), [numbers.length, inputBins, 1]);
      w.dataset(`${side}_inds`, Float64Array.from(numbers));
      if (conditions)
        w.dataset(
          `${side}_condition`,
          BigInt64Array.from(numbers, (number) => BigInt(conditions[number - 1]!)),
        );
    }
    w.dataset(
      "timeVecMs",
      Float64Array.from({ length: inputBins }, (_, bin) => -20 + 20 * bin),
    );
    if (conditionNames) w.strings("condition_names", conditionNames);
  });
  for (const side of sides) {
    const numbers = inds[side];
    await writeHdf5(files.posterior[side], (w) => {
      const width = gaussian ? 2 * channels : channels;
      w.dataset("output_dist_params", placed(numbers, bins, width), [numbers.length, bins, width]);
      w.dataset("factors", placed(numbers, bins, FACTORS), [numbers.length, bins, FACTORS]);
      w.dataset("gen_ics", placed(numbers, 1, 4), [numbers.length, 4]);
      w.dataset(
        "costs",
        Float64Array.from(numbers, (number) => -number),
      );
    });
  }
  await writeHdf5(files.modelParams, (w) => {
    w.dataset("LFADS_gen_gen_2_fac_W:0", Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8]), [4, 2]);
    w.dataset("LFADS_learning_rate:0", Float32Array.of(0.5), []);
    w.dataset("LFADS_global_step:0", BigInt64Array.of(7n), []);
  });
  const { heldIn, heldOut = [] } = run;
  if (files.evaluation && heldIn) {
    await writeHdf5(files.evaluation, (w) => {
      w.dataset("heldin_channels", Float64Array.from(heldIn));
      w.dataset("heldout_channels", Float64Array.from(heldOut));
      for (const side of sides) {
        for (const [name, width] of Object.entries({ heldout: heldOut.length, states: 1, behavior: 2 })) {
          w.dataset(`${side}_${name}`, placed(inds[side], inputBins, width), [inds[side].length, inputBins, width]);
        }
      }
    });
  }
  return files;
}

/** Values of these trials, row-major. */
export function placed(trials: readonly number[], bins: number, width: number): Float64Array {
  return Float64Array.from({ length: trials.length * bins * width }, (_, i) => {
    const [trial, bin, column] = [Math.floor(i / (bins * width)), Math.floor(i / width) % bins, i % width];
    return 100 * trials[trial]! + 10 * bin + column;
  });
}
