/** What `conditionId` holds: numbers in all datasets, or texts in all. */
export type Condition = string | number;

/** Condition averages of one dataset. T bins, N channels. */
export interface ConditionAverages {
  readonly name: string;
  readonly nBins: number;
  readonly nChannels: number;
  /** That were averaged. */
  readonly nTrials: number;
  /** T×N, mean counts per bin; only conditions that the dataset has. */
  readonly byCondition: ReadonlyMap<Condition, Float64Array>;
}

/** The conditions of any dataset, ascending. */
export function unionOfConditions(datasets: readonly Pick<ConditionAverages, "byCondition">[]): Condition[] {
  const all = new Set(datasets.flatMap(({ byCondition }) => [...byCondition.keys()]));
  return [...all].sort(byValue);
}

/** Numbers by size, texts by code units. */
function byValue(a: Condition, b: Condition): number {
  return typeof a === "number" && typeof b === "number" ? a - b : String(a) < String(b) ? -1 : 1;
}

/** The conditions of every dataset, ascending. */
export function sharedConditions(datasets: readonly Pick<ConditionAverages, "byCondition">[]): Condition[] {
  const everywhere = (condition: Condition) => datasets.every(({ byCondition }) => byCondition.has(condition));
  return unionOfConditions(datasets).filter(everywhere);
}

/** N, the mean of each channel over bins and conditions. */
export function channelMeans({ byCondition, nBins, nChannels }: ConditionAverages): Float64Array {
  const sums = new Float64Array(nChannels);
  for (const average of byCondition.values()) {
    for (let i = 0, channel = 0; i < average.length; i++) {
      sums[channel]! += average[i]!;
      channel = channel + 1 === nChannels ? 0 : channel + 1;
    }
  }
  return sums.map((sum) => sum / (byCondition.size * nBins));
}

/** The same averages less a value for each channel. */
export function centred(averages: ConditionAverages, means: Float64Array): ConditionAverages {
  const subtract = (average: Float64Array) => average.map((value, i) => value - means[i % means.length]!);
  const byCondition = new Map([...averages.byCondition].map(([condition, each]) => [condition, subtract(each)]));
  return { ...averages, byCondition };
}

/** The averages of these conditions only, all of which the dataset has. */
export function restrictedTo(averages: ConditionAverages, conditions: readonly Condition[]): ConditionAverages {
  const byCondition = new Map(conditions.map((condition) => [condition, averages.byCondition.get(condition)!]));
  return { ...averages, byCondition };
}
