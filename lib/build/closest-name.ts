import { closestNames } from "#lib/closest-names.js";

/** The candidate fewest edits away from `name`; undefined when none is near enough to be a misspelling. */
export function closestName(name: string, candidates: Iterable<string>): string | undefined {
  return closestNames(name, [...candidates], Math.floor(Math.max(3, name.length * 0.4)))[0];
}
