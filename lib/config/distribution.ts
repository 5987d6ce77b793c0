import { exp } from "#lib/float64/exp.js";
import { log } from "#lib/float64/log.js";

/**
 * How values of a parameter are drawn: the value at `u`, a random number with 0 < u < 1. Any function will do, if it gives
 * the same value for the same number on every machine: `Math.exp`, `Math.log` and `Math.pow` do not.
 */
export type Distribution<T> = (u: number) => T;

/**
 * Any number from `low` to `high`, both included, each as likely. Values have steps of a hundredth to a thousandth of the
 * range, so that tables stay readable: from 0.8 to 1 they are as 0.857.
 */
export function uniform(low: number, high: number): Distribution<number> {
  checkRange("uniform", low, high);
  const decimals = 2 - exponentOf(high - low);
  return (u) => within(low, high, rounded(low + u * (high - low), decimals));
}

/**
 * Any number from `low` to `high`, both included, each order of magnitude as likely: for learning rates and penalties.
 * Values have three significant digits, as 0.00237.
 */
export function logUniform(low: number, high: number): Distribution<number> {
  checkRange("logUniform", low, high);
  if (low <= 0) throw new Error(`logUniform(${low}, ${high}): the lower end must be above 0.`);
  const [from, to] = [log(low), log(high)];
  return (u) => within(low, high, Number(exp(from + u * (to - from)).toPrecision(3)));
}

/** Any whole number from `low` to `high`, both included, each as likely. */
export function integer(low: number, high: number): Distribution<number> {
  checkRange("integer", low, high);
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high)) {
    throw new Error(`integer(${low}, ${high}): both ends must be whole numbers.`);
  }
  return (u) => low + Math.floor(u * (high - low + 1));
}

/** One of these values, each as likely. */
export function choice<const T>(values: readonly T[]): Distribution<T> {
  if (!Array.isArray(values) || values.length === 0) throw new Error("choice takes a list of one value or more.");
  return (u) => values[Math.floor(u * values.length)]!;
}

function checkRange(name: string, low: number, high: number): void {
  if (Number.isFinite(low) && Number.isFinite(high) && low < high) return;
  throw new Error(`${name}(${low}, ${high}): it takes two numbers, the lower one first.`);
}

/** Of the leading digit: −2 of 0.05. */
function exponentOf(value: number): number {
  return Number(value.toExponential().split("e")[1]);
}

function rounded(value: number, decimals: number): number {
  if (decimals >= 0) return Number(value.toFixed(Math.min(decimals, 100)));
  const step = Number(`1e${-decimals}`);
  return Math.round(value / step) * step;
}

/** Rounding may lead out of the range; −0 is 0. */
function within(low: number, high: number, value: number): number {
  return Math.min(high, Math.max(low, value)) + 0;
}
