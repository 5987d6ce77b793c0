const longest = 80;

/** Of two long texts what lies around their first difference. */
export function differingParts(before: string, after: string): [before: string, after: string] {
  let same = 0;
  while (same < before.length && before[same] === after[same]) same++;
  const from = Math.max(before.length, after.length) > longest ? Math.max(0, same - longest / 4) : 0;
  return [excerpt(before, from), excerpt(after, from)];
}

function excerpt(text: string, from: number): string {
  return `${from > 0 ? "…" : ""}${text.slice(from, from + longest)}${text.length > from + longest ? "…" : ""}`;
}
