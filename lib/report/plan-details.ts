/** How much is shown of how many runs, so that a page stays within a number of characters. */

/** A dataset of a run: what there is of each. */
export interface DatasetSize {
  readonly trials: number;
  readonly bins: number;
  readonly channels: number;
  readonly factors: number;
  /** Inferred and external ones. */
  readonly inputs: number;
  readonly hasTruth: boolean;
  readonly conditions: number;
}

/** At most so many of each dataset. */
export interface DetailLevel {
  readonly trials: number;
  readonly channels: number;
  readonly conditions: number;
}

export interface DetailPlan {
  readonly level: DetailLevel;
  /** How many of the run's datasets are shown. */
  readonly datasets: number;
}

const levels: readonly DetailLevel[] = [
  { trials: 32, channels: 64, conditions: 16 },
  { trials: 24, channels: 48, conditions: 12 },
  { trials: 16, channels: 40, conditions: 10 },
  { trials: 12, channels: 32, conditions: 8 },
  { trials: 8, channels: 24, conditions: 6 },
  { trials: 6, channels: 16, conditions: 5 },
  { trials: 4, channels: 8, conditions: 4 },
  { trials: 2, channels: 4, conditions: 2 },
];
/** Rather fewer runs than less of each than these levels have. */
const GOOD_LEVELS = 5;

export const MOST_DETAILED_RUNS = 8;

/** Of the read-out, which takes little, more channels than of trials. */
export const readoutChannels = ({ channels }: DetailLevel) => 4 * channels;

/** @param runs Best first; of each, the sizes of its datasets. The plans are of the first runs. */
export function planDetails(runs: readonly (readonly DatasetSize[])[], characters: number): DetailPlan[] {
  for (let shown = Math.min(MOST_DETAILED_RUNS, runs.length); shown > 1; shown--) {
    const plans = runs.slice(0, shown).map((sizes) => planRun(sizes, characters / shown, levels.slice(0, GOOD_LEVELS)));
    if (plans.every((plan) => plan !== undefined)) return plans;
  }
  return runs.slice(0, 1).map((sizes) => planRun(sizes, characters, levels) ?? fewDatasets(sizes, characters));
}

function planRun(
  sizes: readonly DatasetSize[],
  characters: number,
  among: readonly DetailLevel[],
): DetailPlan | undefined {
  const level = among.find((each) => sizes.reduce((sum, size) => sum + charactersOf(size, each), 0) <= characters);
  return level && { level, datasets: sizes.length };
}

/** As many as fit; always one. */
function fewDatasets(sizes: readonly DatasetSize[], characters: number): DetailPlan {
  const level = levels.at(-1)!;
  let left = characters;
  const end = sizes.findIndex((size) => {
    left -= charactersOf(size, level);
    return left < 0;
  });
  return { level, datasets: Math.max(1, end < 0 ? sizes.length : end) };
}

/** Base64 of counts in bytes, of all else in float32; three PCs; 40 characters a value's name and shape. */
export function charactersOf(size: DatasetSize, level: DetailLevel): number {
  const { bins, factors, inputs, hasTruth } = size;
  const trials = Math.min(size.trials, level.trials);
  const channels = Math.min(size.channels, level.channels);
  const conditions = Math.min(size.conditions, level.conditions);
  const readout = Math.min(size.channels, readoutChannels(level)) * (factors + 2) * 4;
  const perBin = 4 * (factors + 3 + inputs);
  const trialBytes = trials * bins * (channels * (hasTruth ? 9 : 5) + perBin);
  // With those of the global PCs and a dataset's reconstruction of them, six of each.
  const conditionBytes = conditions * bins * (channels * (hasTruth ? 12 : 8) + perBin + 48);
  return Math.ceil((4 / 3) * (trialBytes + conditionBytes + readout + 4 * bins)) + 100 * trials + 2000;
}
