/** Numbers that a printed one may stand for: MATLAB's %g keeps six digits. */

/** The printed number first, then what people write and what is computed for a sweep: fractions, powers of 10 and of 2. */
export function numberCandidates(printed: string): number[] {
  const value = Number(printed);
  if (!isCut(printed)) return [value];
  const found = new Set([value]);
  for (let denominator = 2; denominator <= MOST_DENOMINATOR; denominator++) {
    add(found, Math.round(value * denominator) / denominator, printed);
    if (value !== 0) add(found, denominator / Math.round(denominator / value), printed);
  }
  for (const base of [10, 2, Math.E]) {
    const exponent = Math.log(Math.abs(value)) / Math.log(base);
    for (let part = 1; part <= MOST_PARTS; part++) add(found, base ** (Math.round(exponent * part) / part), printed);
  }
  for (let digits = 7; digits <= MOST_DIGITS; digits++) {
    const step = 10 ** (Math.floor(Math.log10(Math.abs(value))) - digits + 1);
    const half = 10 ** (digits - 6) / 2;
    for (let i = -half; i <= half; i++) add(found, Number((value + i * step).toPrecision(digits)), printed);
  }
  return [...found];
}

const MOST_DENOMINATOR = 64;
const MOST_PARTS = 12;
const MOST_DIGITS = 8;

/** Whether digits may be missing: six were printed. */
function isCut(printed: string): boolean {
  return (
    printed
      .replace(/e.*$/i, "")
      .replace(/^[-0.]+/, "")
      .replace(".", "").length >= 6
  );
}

function add(found: Set<number>, value: number, printed: string): void {
  if (Number.isFinite(value) && Number(value.toPrecision(6)) === Number(printed)) found.add(value);
}
