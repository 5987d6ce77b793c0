const bits = new DataView(new ArrayBuffer(8));

/**
 * The natural logarithm from + − × ÷ only, so the same bits on every machine, which `Math.log` is not.
 * Within 1 ulp of the true value or 1e-17 of it; −Infinity at 0, NaN below.
 */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  if (x < 2.2250738585072014e-308) return log(x * 18014398509481984) - 37.42994775023705; // 2^54, 54 ln 2
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  let exponent = (high >>> 20) - 1023;
  bits.setUint32(0, (high & 0xfffff) | 0x3ff00000);
  let mantissa = bits.getFloat64(0);
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent += 1;
  }
  // log m = 2 artanh(s), s = (m − 1) / (m + 1), |s| ≤ 0.1716; with f = m − 1, 2s = f − s f.
  const f = mantissa - 1;
  const s = f / (mantissa + 1);
  const s2 = s * s;
  let series = 0;
  for (let n = 23; n >= 3; n -= 2) series = s2 * (1 / n + series);
  return exponent * 0.6931471803691238 + (f - s * (f - 2 * series) + exponent * 1.9082149292705877e-10);
}
