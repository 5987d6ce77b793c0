import type { RunResults } from "./run-results.js";

/** results.json as one number a name: `r2.pooled`, `states.1`, `behavior.1`. */
export function reportedResults({ all, datasets: _, ...costs }: RunResults): Record<string, number | null> {
  const { r2, states, behavior, ...measures } = all;
  const numbered = (name: string, values: readonly (number | null)[] | null) =>
    (values ?? []).map((value, i) => [`${name}.${i + 1}`, value] as const);
  return {
    ...costs,
    ...measures,
    "r2.pooled": r2?.pooled ?? null,
    "r2.medianOverChannels": r2?.medianOverChannels ?? null,
    ...Object.fromEntries([...numbered("states", states), ...numbered("behavior", behavior)]),
  };
}
