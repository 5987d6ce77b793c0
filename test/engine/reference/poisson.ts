/**
 * rate = exp(min(logit, 40)); the loss is the sum of rate − k·min(logit, 40), its gradient taken as rate − k:
 * −log p without the constant lgamma(k + 1).
 */
export function poissonLoss(logits: ArrayLike<number>, counts: ArrayLike<number>) {
  const rates = new Float64Array(logits.length);
  const gradient = new Float64Array(logits.length);
  let loss = 0;
  for (let i = 0; i < logits.length; i++) {
    const logit = Math.min(logits[i]!, 40);
    rates[i] = Math.exp(logit);
    gradient[i] = rates[i]! - counts[i]!;
    loss += rates[i]! - counts[i]! * logit;
  }
  return { rates, gradient, loss };
}
