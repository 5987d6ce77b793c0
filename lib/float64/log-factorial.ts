import { log } from "./log.js";

const table: number[] = [0];

/** log n! = lgamma(n + 1) of a whole number n ≥ 0, by summing logarithms; the same bits on every machine. */
export function logFactorial(n: number): number {
  if (n < table.length) return table[n]!;
  if (n > 1_000_000) return stirling(n);
  for (let i = table.length; i <= n; i++) table.push(table[i - 1]! + log(i));
  return table[n]!;
}

/** For huge n, where the table would only cost memory; the first left-out term is below 1e-33. */
function stirling(n: number): number {
  return (n + 0.5) * log(n) - n + 0.9189385332046727 + 1 / (12 * n) - 1 / (360 * n * n * n);
}
