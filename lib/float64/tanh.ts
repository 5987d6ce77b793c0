import { exp } from "./exp.js";

/**
 * The hyperbolic tangent from + − × ÷ only, so the same bits on every machine, which `Math.tanh` is not.
 * Within 3e-16 of the true value; odd.
 */
export function tanh(x: number): number {
  const size = 1 - 2 / (exp(2 * Math.abs(x)) + 1);
  return x < 0 ? -size : size;
}
