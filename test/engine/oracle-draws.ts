/** The random numbers of a batch as the engine draws them, trials first and without padding: noise and multipliers. */
import { feedback, type ModelSpec, padded, type TrainingSpec } from "#lib/engine/model-spec.js";
import { PURPOSES } from "#lib/engine/noise.js";
import { PURPOSE } from "#lib/engine/random-purpose.js";
import { KernelMemory } from "./kernel-memory.js";
import { unpad } from "./padding.js";

export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const FLOATS = 2 ** 16;

/** What keys the numbers of [bins] for each of `keys`, and where they go. */
interface Draw {
  readonly keys: readonly number[];
  readonly step: number;
  readonly purpose: number;
  readonly bins: number;
  readonly blocks: readonly number[];
  readonly keep: number;
}

export class Draws {
  readonly #model: ModelSpec;
  readonly #training: TrainingSpec;
  readonly #memory = new KernelMemory(2 ** 20);
  readonly #out = this.#memory.floats(FLOATS);
  readonly #in = this.#memory.floats(FLOATS);
  readonly #keys = this.#memory.ints(new Int32Array(64)).at;

  constructor(model: ModelSpec, training: TrainingSpec) {
    this.#model = model;
    this.#training = training;
  }

  /** Multipliers and noise of a training batch. */
  training(dataset: number, trials: readonly number[], step: number): NamedArray[] {
    const model = this.#model;
    const { keepProb, cdRate, cdPassRate } = this.#training;
    const { bins: T, genDim: G, icDim: Z, icEncDim: H, extInputDim: I, coDim: C, ciEncDim: J, factorsDim: F } = model;
    const { channels: N } = model.datasets[dataset]!;
    const places = trials.map((_, place) => place);
    const mask = (name: string, purpose: number, bins: number, blocks: readonly number[], keep = keepProb) =>
      this.#mask(name, { keys: places, step, purpose, bins, blocks, keep });
    const arrays = [mask("generator_dropout", PURPOSE.generatorDropout, T, [G])];
    if (cdRate === 0) {
      arrays.push(mask("input_dropout", PURPOSE.inputDropout, T, [N]));
    } else {
      arrays.push(mask("coordinated_dropout", PURPOSE.coordinatedDropout, T, [N], 1 - cdRate));
      arrays.push(mask("coordinated_pass", PURPOSE.coordinatedPass, T, [N], cdPassRate));
    }
    if (I > 0 && !model.injectExtInputToGen) arrays.push(mask("ext_input_dropout", PURPOSE.extInputDropout, T, [I]));
    if (Z > 0) {
      const { values } = mask("", PURPOSE.encoderDropout, 1, [H, H]);
      arrays.push({ name: "encoder_dropout", shape: [places.length, 2 * H], values });
    }
    if (C > 0) {
      const directions = model.doCausalController ? [J] : [J, J];
      arrays.push(mask("controller_dropout", PURPOSE.controllerDropout, T, directions));
      const fed = feedback(model);
      if (fed) arrays.push(mask("feedback_dropout", PURPOSE.feedbackDropout, T, [fed === "factors" ? F : N]));
    }
    return [...arrays, ...this.#heldOut(dataset, trials), ...this.noise("training", places, step)];
  }

  /** Of some validation trials, all of a dataset's. */
  validation(dataset: number, trials: readonly number[], epoch: number): NamedArray[] {
    return [...this.#heldOut(dataset, trials), ...this.noise("validation", [...trials.keys()], epoch)];
  }

  /** Counts [trials][T][N] with their spikes moved, as in a training step. */
  jittered(counts: NamedArray, step: number): NamedArray {
    const [rows, bins, n] = counts.shape as [number, number, number];
    const width = this.#training.temporalSpikeJitterWidth;
    if (width === 0) return counts;
    const np = padded(n);
    this.#in.view.fill(0);
    for (let r = 0; r < rows; r++) {
      for (let t = 0; t < bins; t++) {
        const from = (r * bins + t) * n;
        this.#in.view.set(counts.values.subarray(from, from + n), (t * rows + r) * np);
      }
    }
    const { seed } = this.#training;
    this.#setKeys([...Array(rows).keys()]);
    const [x, y] = [this.#in.at, this.#out.at];
    this.#memory.kernels.jitterSpikes(bins, rows, n, np, x, y, width, this.#keys, step, PURPOSE.jitter, seed, 0);
    return this.#drawn(counts.name, bins, rows, [n]);
  }

  /** Standard normals of the latents; `keys` and `step` as the engine keys the noise of this kind. */
  noise(kind: keyof typeof PURPOSES, keys: readonly number[], step: number): NamedArray[] {
    const { bins: T, icDim: Z, coDim: C } = this.#model;
    const [g0, u] = PURPOSES[kind];
    const arrays: NamedArray[] = [];
    if (Z > 0) {
      const { name, values } = this.#normals("noise_g0", { keys, step, purpose: g0, bins: 1 }, Z);
      arrays.push({ name, shape: [keys.length, Z], values });
    }
    if (C > 0) arrays.push(this.#normals("noise_u", { keys, step, purpose: u, bins: T }, C));
    return arrays;
  }

  #heldOut(dataset: number, trials: readonly number[]): NamedArray[] {
    const { svRate } = this.#training;
    if (svRate === 0) return [];
    const { bins, datasets } = this.#model;
    const blocks = [datasets[dataset]!.channels];
    const purpose = PURPOSE.sampleValidation;
    return [this.#mask("sample_validation", { keys: trials, step: dataset, purpose, bins, blocks, keep: 1 - svRate })];
  }

  #mask(name: string, draw: Draw): NamedArray {
    const { keys, step, purpose, bins, blocks, keep } = draw;
    const width = blocks.reduce((total, block) => total + padded(block), 0);
    this.#setKeys(keys);
    this.#out.view.fill(0);
    const kept = Math.round(keep * 65536);
    if (kept > 0) {
      const { kernels } = this.#memory;
      const { seed } = this.#training;
      kernels.dropoutMask(this.#out.at, bins, keys.length, width, this.#keys, step, purpose, seed, 0, kept);
    }
    return this.#drawn(name, bins, keys.length, blocks);
  }

  #normals(name: string, draw: Omit<Draw, "blocks" | "keep">, n: number): NamedArray {
    const { keys, step, purpose, bins } = draw;
    const { kernels } = this.#memory;
    const rows = keys.map((key) => {
      kernels.normals(this.#out.at, bins, 1, padded(n), key, 0, step, 0, purpose, this.#training.seed, 0);
      return [...this.#drawn(name, bins, 1, [n]).values];
    });
    return { name, shape: [rows.length, bins, n], values: Float32Array.from(rows.flat()) };
  }

  #setKeys(keys: readonly number[]): void {
    new Int32Array(this.#memory.memory.buffer, this.#keys, keys.length).set(keys);
  }

  /** [bins][rows][padded blocks] to [rows][bins][blocks]. */
  #drawn(name: string, bins: number, rows: number, blocks: readonly number[]): NamedArray {
    const plain = unpad(this.#out.view, bins * rows, blocks);
    const width = plain.length / (bins * rows);
    const values = new Float32Array(plain.length);
    for (let t = 0; t < bins; t++) {
      for (let r = 0; r < rows; r++) {
        const from = (t * rows + r) * width;
        values.set(plain.subarray(from, from + width), (r * bins + t) * width);
      }
    }
    return { name, shape: [rows, bins, width], values };
  }
}
