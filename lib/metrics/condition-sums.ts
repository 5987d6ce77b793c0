/** Trials × bins × channels, with one condition a trial; null for none. */
export interface ConditionTrials {
  readonly counts: ArrayLike<number>;
  readonly conditions: readonly (string | number | null)[];
}

/** Sums over the trials of each condition, bins × channels. Memory: conditions × bins × channels. */
export class ConditionSums {
  readonly #sums = new Map<string | number, { values: Float64Array; nTrials: number }>();
  readonly #trialSize: number;

  constructor(trialSize: number) {
    this.#trialSize = trialSize;
  }

  add({ counts, conditions }: ConditionTrials): void {
    const trialSize = this.#trialSize;
    conditions.forEach((condition, trial) => {
      if (condition === null) return;
      const sum = this.#sums.get(condition) ?? { values: new Float64Array(trialSize), nTrials: 0 };
      for (let i = 0; i < trialSize; i++) sum.values[i]! += counts[trial * trialSize + i]!;
      sum.nTrials += 1;
      this.#sums.set(condition, sum);
    });
  }

  /** Of trials with a condition. */
  get nTrials(): number {
    return [...this.#sums.values()].reduce((all, { nTrials }) => all + nTrials, 0);
  }

  /** Bins × channels, in the order in which conditions came. */
  *averages(): Generator<[condition: string | number, average: Float64Array]> {
    for (const [condition, { values, nTrials }] of this.#sums) yield [condition, values.map((sum) => sum / nTrials)];
  }
}
