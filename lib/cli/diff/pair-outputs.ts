/** Which file of one side stands beside which of the other. */
export interface OutputPair {
  readonly left: string | null;
  readonly right: string | null;
  /** Of checkpoints, which have the step in their name, the name without it. */
  readonly series: string | null;
}

/** By name; of a series the last beside the last, and so on back, as two trainings seldom end at the same step. */
export function pairOutputs(left: readonly string[], right: readonly string[]): OutputPair[] {
  const [a, b] = [seriesOf(left), seriesOf(right)];
  return [...new Set([...a.keys(), ...b.keys()])].sort().flatMap((name) => {
    const [mine, others] = [a.get(name) ?? [], b.get(name) ?? []];
    const series = STEP.test((mine[0] ?? others[0])!) ? name : null;
    const count = Math.max(mine.length, others.length);
    return Array.from({ length: count }, (_, i) => ({
      left: mine[mine.length - count + i] ?? null,
      right: others[others.length - count + i] ?? null,
      series,
    }));
  });
}

const STEP = /-\d+$/;

/** Paths by their name without a step, in the order of steps. */
function seriesOf(paths: readonly string[]): Map<string, string[]> {
  const series = new Map<string, string[]>();
  const stepOf = (path: string) => Number(STEP.exec(path)?.[0].slice(1) ?? 0);
  for (const path of [...paths].sort((x, y) => stepOf(x) - stepOf(y))) {
    const name = path.replace(STEP, "");
    series.set(name, [...(series.get(name) ?? []), path]);
  }
  return series;
}
