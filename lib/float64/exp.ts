/**
 * e^x from + − × and a rounding only, so the same bits on every machine, which `Math.exp` is not.
 * Within 1 ulp of the true value for −708 ≤ x ≤ 709; 0 below, Infinity above.
 */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.78) return Infinity;
  if (x < -708) return 0;
  const k = Math.floor(x * Math.LOG2E + 0.5);
  // x = k ln 2 + r with |r| ≤ ln 2 / 2; ln 2 in two parts so that r keeps its last bits.
  const r = x - k * 0.6931471803691238 - k * 1.9082149292705877e-10;
  let sum = 1;
  for (let n = 14; n >= 2; n--) sum = 1 + (r * sum) / n;
  return timesPowerOfTwo(1 + r * sum, k);
}

const bits = new DataView(new ArrayBuffer(8));

/** `value` · 2^k for −1022 ≤ k ≤ 1024. */
function timesPowerOfTwo(value: number, k: number): number {
  if (k > 1023) return timesPowerOfTwo(value * 2, k - 1);
  bits.setUint32(0, (k + 1023) << 20);
  bits.setUint32(4, 0);
  return value * bits.getFloat64(0);
}
