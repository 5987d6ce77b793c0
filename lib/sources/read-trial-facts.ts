/** What is known of a run's trials beside their counts: times and conditions. */
import { basename } from "node:path";
import { FailureError } from "#lib/failure.js";
import type { Hdf5File } from "#lib/hdf5/open-hdf5.js";
import type { MatFile } from "#lib/mat/mat-entry.js";
import { followPath } from "#lib/mat/mat-path.js";
import { openMat } from "#lib/mat/open-mat.js";
import { matLabels, numbersIn } from "./mat-values.js";
import { numberConditions } from "./number-conditions.js";
import { mergedTimes } from "./write-lfads-input.js";

export interface TrialFacts {
  /** Centres of the bins; there may be more than a run used. */
  readonly timeVecMs: Float64Array | undefined;
  readonly conditions: TrialConditions | undefined;
  /** What could not be read, a sentence each. */
  readonly notes: readonly string[];
}

export interface TrialConditions {
  /** Of each trial of either side, from 1 into `names`; 0 for a trial without a condition. */
  readonly train: ArrayLike<number>;
  readonly valid: ArrayLike<number>;
  /** Undefined where only the numbers are known. */
  readonly names: readonly string[] | undefined;
}

/**
 * From `lfads_<dataset>.h5`, where lfads has exported it; the Run Manager keeps what it knows in `inputInfo_<dataset>.mat`
 * beside it.
 * @param binMs Width of a run's bins.
 */
export async function readTrialFacts(
  input: Hdf5File,
  inputInfo: string | undefined,
  binMs: number,
): Promise<TrialFacts> {
  const has = { times: input.has("timeVecMs"), conditions: input.has("train_condition") };
  const own = {
    timeVecMs: has.times ? input.readFloat64("timeVecMs") : undefined,
    conditions: has.conditions ? conditionsIn(input) : undefined,
  };
  if (inputInfo === undefined || has.times) return { ...own, notes: [] };
  try {
    const mat = await openMat(inputInfo);
    try {
      return { timeVecMs: timesIn(mat, binMs), conditions: own.conditions ?? matConditions(mat, input), notes: [] };
    } finally {
      mat.close();
    }
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    const note = `Times and conditions are not known: ${basename(inputInfo)} cannot be read. ${error.failure.what}`;
    return { ...own, notes: [note] };
  }
}

function conditionsIn(input: Hdf5File): TrialConditions {
  return {
    train: input.readFloat64("train_condition"),
    valid: input.readFloat64("valid_condition"),
    names: input.has("condition_names") ? input.readStrings("condition_names") : undefined,
  };
}

/** Undefined where the recording's bins do not make up those of the run. */
function timesIn(mat: MatFile, binMs: number): Float64Array | undefined {
  if (!mat.names.includes("seq_timeVector") || !mat.names.includes("seq_binSizeMs")) return undefined;
  const [sourceBinMs] = numbersIn(mat.variable("seq_binSizeMs"), "seq_binSizeMs");
  const merged = Math.round(binMs / sourceBinMs!);
  if (!(Math.abs(merged * sourceBinMs! - binMs) < 1e-6 * binMs)) return undefined;
  return mergedTimes(numbersIn(mat.variable("seq_timeVector"), "seq_timeVector"), merged);
}

/** `conditionId` is in the order of the trials' numbers; empty where conditions are not known. */
function matConditions(mat: MatFile, input: Hdf5File): TrialConditions | undefined {
  if (!mat.names.includes("conditionId")) return undefined;
  const { numbers, names } = numberConditions(matLabels(followPath(mat, "conditionId"), "conditionId"));
  if (names.length === 0) return undefined;
  const ofSide = (side: string) =>
    Array.from(input.readFloat64(`${side}_inds`), (trial) => {
      if (trial <= numbers.length) return numbers[trial - 1]!;
      const what = `conditionId has ${numbers.length} values, but there is a trial ${trial}.`;
      throw new FailureError({ kind: "data", what });
    });
  return { train: ofSide("train"), valid: ofSide("valid"), names };
}
