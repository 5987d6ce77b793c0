/**
 * Times that are equal on paper differ in their last bits: what comes this part of a bin before an edge counts as on it,
 * and so into the bin that begins there.
 */
export const edgeBins = 1e-6;

/** Samples of C columns: `times` in seconds, ascending, `values` row-major, NaN where a value is missing. */
export interface Samples {
  readonly times: Float64Array;
  readonly values: Float64Array;
}

export interface Bins {
  /** Of the first bin's beginning, in seconds. */
  readonly start: number;
  readonly widthSeconds: number;
  readonly count: number;
}

/**
 * T×C: for each bin the mean of the samples in it. A bin without any lies on the line between the last sample before it
 * and the first after it, at its centre, where these are at most `maxGapSeconds` apart, and is NaN where they are not.
 */
export function binSamples(samples: Samples, nColumns: number, bins: Bins, maxGapSeconds: number): Float64Array {
  const binned = new Float64Array(bins.count * nColumns).fill(Number.NaN);
  for (let column = 0; column < nColumns; column++) binColumn(samples, nColumns, column, bins, maxGapSeconds, binned);
  return binned;
}

function binColumn(
  { times, values }: Samples,
  nColumns: number,
  column: number,
  { start, widthSeconds, count }: Bins,
  maxGapSeconds: number,
  binned: Float64Array,
): void {
  const valueAt = (sample: number): number => values[sample * nColumns + column]!;
  /** The next sample that is known, from `sample` on. */
  const known = (sample: number): number => {
    let next = sample;
    while (next < times.length && Number.isNaN(valueAt(next))) next++;
    return next;
  };
  let before = -1;
  let next = known(0);
  for (let bin = 0; bin < count; bin++) {
    const binStart = start + (bin - edgeBins) * widthSeconds;
    for (; next < times.length && times[next]! < binStart; next = known(next + 1)) before = next;
    let [sum, many] = [0, 0];
    const binEnd = binStart + widthSeconds;
    for (; next < times.length && times[next]! < binEnd; next = known(next + 1)) {
      sum += valueAt(next);
      many += 1;
      before = next;
    }
    if (many > 0) binned[bin * nColumns + column] = sum / many;
    else if (before >= 0 && next < times.length) {
      const gap = times[next]! - times[before]!;
      // Times that are equal on paper differ in their last bits.
      if (gap > maxGapSeconds * (1 + 1e-9)) continue;
      const share = (start + (bin + 0.5) * widthSeconds - times[before]!) / gap;
      binned[bin * nColumns + column] = valueAt(before) + share * (valueAt(next) - valueAt(before));
    }
  }
}
