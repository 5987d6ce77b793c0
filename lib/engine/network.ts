/**
 * The model's passes over a few rows (trials or samples) in one thread's workspace: docs/model.md.
 *
 * Letters: T bins, R rows, N channels, I encoder input, H encoder units, Z initial-condition dimensions, G generator
 * units, F factors; all but T and R padded to 4. Activations are time-major [T][R][·].
 */
import { Generator } from "./generator.js";
import { IcEncoder } from "./ic-encoder.js";
import { InitialCondition, type Noise } from "./initial-condition.js";
import type { Kernels } from "./kernels.js";
import { type DataLayout, type Dropout, LayerContext, type Rows } from "./layer-context.js";
import type { MemoryPlan } from "./memory-plan.js";
import { type ModelSpec, padded } from "./model-spec.js";

export class Network {
  readonly #m: LayerContext;
  readonly #encoder: IcEncoder;
  readonly #initialCondition: InitialCondition;
  readonly #generator: Generator;

  constructor(
    kernels: Kernels,
    spec: ModelSpec,
    plan: MemoryPlan,
    thread: number,
    data: readonly DataLayout[],
    seed: number,
  ) {
    this.#m = new LayerContext(kernels, spec, plan, thread, data, seed);
    this.#encoder = new IcEncoder(this.#m);
    this.#initialCondition = new InitialCondition(this.#m);
    this.#generator = new Generator(this.#m);
  }

  /** Counts to posterior mean and raw log-variance of g0, [R][Z] each, in the workspace. */
  encode(rows: Rows, dropout: Dropout | null): void {
    this.#encoder.forward(rows, dropout);
  }

  /** One trial's posterior (row 0) and counts to R rows that will be its samples. `first`: the posterior is in row 0 yet. */
  repeatTrial(R: number, dataset: number, first: boolean): void {
    const m = this.#m;
    const { k, w } = m;
    const { Z } = m;
    if (first) {
      k.copyColumns(1, Z, w.mean, Z, w.dz, Z);
      k.copyColumns(1, Z, w.raw, Z, w.dz + Z * 4, Z);
    }
    k.broadcastRows(R, Z, w.dz, w.mean);
    k.broadcastRows(R, Z, w.dz + Z * 4, w.raw);
    m.gather(R, dataset, w.repeated);
  }

  /** Samples z of g0 (its mean when `noise` is null) and adds KL(q‖p) to the float64 of each row at `kl`. */
  sampleInitialCondition(R: number, noise: Noise | null, kl: number): void {
    this.#initialCondition.sample(R, noise, kl);
  }

  /** z to generator states, factors and logits. */
  generate(R: number, dataset: number, dropout: Dropout | null): void {
    this.#generator.forward(R, dataset, dropout);
  }

  /** Adds Σ rate − k·logit to each row's float64 at `recon`; logits become rates, or with `scale` gradients. */
  reconstruct(R: number, dataset: number, recon: number, scale: number): void {
    const m = this.#m;
    const { channels } = m.data[dataset]!;
    m.k.poissonLoss(m.spec.bins, R, channels, padded(channels), m.w.logits, m.w.counts, recon, scale);
  }

  /**
   * Gradients of everything above after a pass with dropout; `klWeight` is the weight of a row's KL in the cost.
   * Added to the shard's gradient vector at `gradient`.
   */
  backward(rows: Rows, klWeight: number, gradient: number): void {
    const d = (key: string) => this.#m.tensor(key, gradient);
    const dz = this.#generator.backward(rows.count, rows.dataset, d);
    this.#initialCondition.backward(rows.count, dz, klWeight, d);
    this.#encoder.backward(rows, d);
  }
}
