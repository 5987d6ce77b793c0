import type { Round } from "./matrix.js";

const none: Round = (x) => x;

/** Gradients of the shards added in order, plus decay·params: [count]. */
export function reduceShards(
  shards: readonly ArrayLike<number>[],
  params: ArrayLike<number>,
  decay: number,
  round: Round = none,
): Float64Array {
  const out = new Float64Array(shards[0]!);
  for (const shard of shards.slice(1)) for (let i = 0; i < out.length; i++) out[i] = round(out[i]! + shard[i]!);
  if (decay !== 0) for (let i = 0; i < out.length; i++) out[i] = round(out[i]! + round(decay * params[i]!));
  return out;
}

export interface AdamVectors {
  readonly params: Float64Array;
  readonly m: Float64Array;
  readonly v: Float64Array;
}

/** One step of Adam as TensorFlow 1 computes it; β₁ = 0.9, β₂ = 0.999. */
export function adam(
  { params, m, v }: AdamVectors,
  gradient: ArrayLike<number>,
  scale: number,
  rate: number,
  epsilon: number,
  round: Round = none,
): AdamVectors {
  const next = { params: params.slice(), m: m.slice(), v: v.slice() };
  const [b1, c1, b2, c2] = [0.9, 0.1, 0.999, 0.001].map(round) as [number, number, number, number];
  for (let i = 0; i < params.length; i++) {
    const g = round(scale * gradient[i]!);
    next.m[i] = round(round(b1 * m[i]!) + round(c1 * g));
    next.v[i] = round(round(b2 * v[i]!) + round(c2 * round(g * g)));
    const change = round(round(rate * next.m[i]!) / round(round(Math.sqrt(next.v[i]!)) + epsilon));
    next.params[i] = round(params[i]! - change);
  }
  return next;
}
