/** What two runs reached, side by side. */
import type { ResultRow } from "../runs/result-row.js";

export interface ComparedResult {
  readonly name: string;
  readonly left: number | null;
  readonly right: number | null;
}

const values: readonly (readonly [name: string, of: (row: ResultRow) => number | null | undefined])[] = [
  ["epochs", ({ results }) => results.epochs],
  ["LVE epoch", ({ results }) => results.lveEpoch],
  ["train cost", ({ results }) => results.trainCost],
  ["valid cost", ({ results }) => results.validCost],
  ["sv NLL", ({ results }) => results.svNll],
  ["valid NLL", ({ results }) => results.all.nll],
  ["mean-rate NLL", ({ results }) => results.all.meanRateNll],
  ["PSTH NLL", ({ results }) => results.all.psthNll],
  ["bits/spike", ({ results }) => results.all.bitsPerSpike],
  ["R²", ({ results }) => results.all.r2?.pooled],
  ["R² median", ({ results }) => results.all.r2?.medianOverChannels],
  ["training, s", ({ trainSeconds }) => trainSeconds],
];

/** Those that at least one of the runs has; costs per trial and NLL per bin and channel, in nats. */
export function compareResults(left: ResultRow | undefined, right: ResultRow | undefined): ComparedResult[] {
  return values
    .map(([name, of]) => ({ name, left: (left && of(left)) ?? null, right: (right && of(right)) ?? null }))
    .filter((row) => row.left !== null || row.right !== null);
}
