/** Five significant digits for what has a fraction, three below one; whole numbers in full. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e7) return value.toExponential(3);
  return size < 1 ? String(Number(value.toPrecision(3))) : value.toPrecision(5);
}
