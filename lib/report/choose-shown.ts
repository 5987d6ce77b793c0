/** What is shown of more than fits: the same trials, channels and conditions whenever the same is asked for. */
import { evenly } from "./evenly.js";

export interface Trial {
  readonly number: number;
  readonly isValid: boolean;
  readonly condition: string | null;
}

/**
 * Places of at most `most` trials, ascending: half of them of validation, in turn of each of the conditions; at even
 * distances where no trial has one of these.
 */
export function chooseTrials(trials: readonly Trial[], conditions: readonly string[], most: number): number[] {
  const places = [...trials.keys()];
  const sides = [true, false].map((isValid) => {
    const own = places.filter((place) => trials[place]!.isValid === isValid);
    const inTurn = takeTurns(conditions.map((name) => own.filter((place) => trials[place]!.condition === name)));
    return { own, inTurn };
  });
  const [valid, train] = sides.map(({ own }) => own.length) as [number, number];
  const wantedValid = Math.min(valid, Math.max(Math.ceil(most / 2), most - train));
  const wanted = [wantedValid, Math.min(train, most - wantedValid)];
  return sides
    .flatMap(({ own, inTurn }, side) => {
      const first = inTurn.slice(0, wanted[side]!);
      const taken = new Set(first);
      const others = own.filter((place) => !taken.has(place));
      return [...first, ...evenly(others, wanted[side]! - first.length)];
    })
    .sort((a, b) => a - b);
}

/** The first of each list, then the second of each, and so on. */
function takeTurns<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, i) => i).flatMap((i) =>
    lists.flatMap((list) => (i < list.length ? [list[i]!] : [])),
  );
}

/** Places of the `most` largest, ascending. */
export function chooseLargest(values: ArrayLike<number>, most: number): number[] {
  return Array.from(values, (value, place) => ({ value, place }))
    .sort((a, b) => b.value - a.value || a.place - b.place)
    .slice(0, most)
    .map(({ place }) => place)
    .sort((a, b) => a - b);
}

/** Names of at most `most` conditions: of those that all datasets have, else of those that any has; at even distances. */
export function chooseConditions(ofDatasets: readonly (readonly string[])[], most: number): string[] {
  const all = [...new Set(ofDatasets.flat())];
  const sets = ofDatasets.map((names) => new Set(names));
  const shared = all.filter((name) => sets.every((set) => set.has(name)));
  return evenly(shared.length > 0 ? shared : all, most);
}
