/** Numbers and counts in words, as the page shows them. */

/** With `digits` that matter, without needless zeros; `–` for what is no number. */
export function shown(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const rounded = Number.isInteger(value) && Math.abs(value) < 1e6 ? value : Number(value.toPrecision(digits));
  const small = rounded !== 0 && Math.abs(rounded) < 1e-4;
  return (small ? rounded.toExponential() : String(rounded)).replace("-", "−");
}

/** With just so many decimals, so that a column's points stand in line. */
export function fixed(value: number | null | undefined, decimals: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  return value.toFixed(decimals).replace("-", "−");
}

/** `12 of 230 trials`, or `230 trials` where all are shown. */
export function part(shownCount: number, all: number, noun: string): string {
  const nouns = all === 1 ? noun : `${noun}s`;
  return shownCount === all ? `${all} ${nouns}` : `${shownCount} of ${all} ${nouns}`;
}

export function paramText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return shown(value, 6);
  return JSON.stringify(value);
}
