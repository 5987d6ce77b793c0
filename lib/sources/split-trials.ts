/** Trial numbers from 1, ascending. */
export interface TrialSplit {
  readonly train: readonly number[];
  readonly valid: readonly number[];
}

/** The Run Manager's split: validation trials are 1, 1 + (r + 1), 1 + 2 (r + 1), … with r = `trainToTestRatio`. */
export function splitTrials(nTrials: number, trainToTestRatio: number): TrialSplit {
  const numbers = Array.from({ length: nTrials }, (_, i) => i + 1);
  const isValid = (number: number): boolean => (number - 1) % (trainToTestRatio + 1) === 0;
  return { train: numbers.filter((number) => !isValid(number)), valid: numbers.filter(isValid) };
}
