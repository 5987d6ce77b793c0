import { closestNames } from "#lib/closest-names.js";

/** Ends a sentence: `: did you mean "all"?`, or a full stop when no candidate is close. */
export function didYouMean(name: string, candidates: Iterable<string>, quote = '"'): string {
  const [closest] = closestNames(name, [...candidates], Math.max(2, Math.floor(name.length / 3)));
  return closest === undefined ? "." : `: did you mean ${quote}${closest}${quote}?`;
}
