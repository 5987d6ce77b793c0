// Gaussian latents, docs/model.md "Latents": rows of n dimensions, posterior N(mean, exp(logvar)) with
// logvar = log(exp(raw) + varMin), prior N(priorMean, exp(priorLogvar)).

export interface Gaussian {
  readonly rows: number;
  readonly n: number;
  readonly varMin: number;
  /** [rows][n] each. */
  readonly mean: ArrayLike<number>;
  readonly raw: ArrayLike<number>;
  readonly eps: ArrayLike<number>;
  /** [n] each. */
  readonly priorMean: ArrayLike<number>;
  readonly priorLogvar: ArrayLike<number>;
}

/** z = mean + exp(logvar/2)·eps; kl [rows]. */
export function gaussianForward({ rows, n, varMin, mean, raw, eps, priorMean, priorLogvar }: Gaussian) {
  const logvar = new Float64Array(rows * n);
  const z = new Float64Array(rows * n);
  const kl = new Float64Array(rows);
  for (let b = 0; b < rows; b++) {
    for (let i = 0; i < n; i++) {
      const at = b * n + i;
      const variance = Math.exp(raw[at]!) + varMin;
      logvar[at] = Math.log(variance);
      z[at] = mean[at]! + Math.sqrt(variance) * eps[at]!;
      const priorVariance = Math.exp(priorLogvar[i]!);
      const distance = mean[at]! - priorMean[i]!;
      kl[b] =
        kl[b]! + 0.5 * (Math.log(priorVariance / variance) + (variance + distance * distance) / priorVariance - 1);
    }
  }
  return { logvar, z, kl };
}

/** Gradients of Σ_rows (dz·z + weight·kl). */
export function gaussianBackward(given: Gaussian, dz: ArrayLike<number>, weight: number) {
  const { rows, n, varMin, mean, raw, eps, priorMean, priorLogvar } = given;
  const dMean = new Float64Array(rows * n);
  const dRaw = new Float64Array(rows * n);
  const dPriorMean = new Float64Array(n);
  const dPriorLogvar = new Float64Array(n);
  for (let b = 0; b < rows; b++) {
    for (let i = 0; i < n; i++) {
      const at = b * n + i;
      const variance = Math.exp(raw[at]!) + varMin;
      const priorVariance = Math.exp(priorLogvar[i]!);
      const distance = mean[at]! - priorMean[i]!;
      dMean[at] = dz[at]! + (weight * distance) / priorVariance;
      // with respect to the variance, whose derivative in raw is exp(raw)
      const dVariance =
        (dz[at]! * eps[at]!) / (2 * Math.sqrt(variance)) + weight * 0.5 * (1 / priorVariance - 1 / variance);
      dRaw[at] = dVariance * Math.exp(raw[at]!);
      dPriorMean[i] = dPriorMean[i]! - (weight * distance) / priorVariance;
      dPriorLogvar[i] = dPriorLogvar[i]! + weight * 0.5 * (1 - (variance + distance * distance) / priorVariance);
    }
  }
  return { dMean, dRaw, dPriorMean, dPriorLogvar };
}

/** Logarithm of the variance σ(exp(v))·(max − min) + min, and its derivative in v. */
export function priorVariance(v: number, min: number, max: number): { logvar: number; slope: number } {
  const share = 1 / (1 + Math.exp(-Math.exp(v)));
  const variance = share * (max - min) + min;
  return { logvar: Math.log(variance), slope: (share * (1 - share) * Math.exp(v) * (max - min)) / variance };
}
