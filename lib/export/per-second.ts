/** Values a bin as values a second, in place. */
export function perSecond(values: Float64Array, binMs: number): Float64Array {
  const binSeconds = binMs / 1000;
  for (let i = 0; i < values.length; i++) values[i]! /= binSeconds;
  return values;
}
