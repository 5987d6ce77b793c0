/** The Poisson count of mean `lambda` at quantile `u`, by inversion; `none` is exp(−lambda). At most 255. */
export function poissonCount(u: number, lambda: number, none: number): number {
  let probability = none;
  let below = none;
  let count = 0;
  while (u > below && count < 255) {
    count += 1;
    probability *= lambda / count;
    below += probability;
  }
  return count;
}
