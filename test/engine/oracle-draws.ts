/** The random numbers of a batch as the engine draws them, trials first and without padding: noise and multipliers. */
import { LayerContext } from "#lib/engine/layer-context.js";
import { memoryPlan } from "#lib/engine/memory-plan.js";
import { type ModelSpec, padded, type TrainingSpec } from "#lib/engine/model-spec.js";
import { PURPOSE } from "#lib/engine/random-purpose.js";
import { type Counts, dataSizes } from "#lib/engine/run-threads.js";
import { kernelsOn, sharedMemory } from "./kernel-memory.js";
import { unpad } from "./padding.js";

interface Drawn {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const SCRATCH_BYTES = 2 ** 20;

export class Draws {
  readonly #model: ModelSpec;
  readonly #training: TrainingSpec;
  readonly #memory: WebAssembly.Memory;
  readonly #context: LayerContext;
  readonly #rowKeys: number;
  readonly #scratch: number;

  constructor(model: ModelSpec, training: TrainingSpec, counts: readonly Counts[]) {
    const data = dataSizes(counts);
    const plan = memoryPlan({ model, data, batchSize: training.batchSize, threads: 1, sampledTrials: 0 });
    this.#model = model;
    this.#training = training;
    this.#memory = sharedMemory(plan.bytes + SCRATCH_BYTES);
    this.#context = new LayerContext(kernelsOn(this.#memory), model, plan, 0, data, training.seed);
    this.#rowKeys = plan.places;
    new Int32Array(this.#memory.buffer, plan.places, plan.rowCount).forEach((_, place, places) => {
      places[place] = place;
    });
    this.#scratch = plan.bytes;
  }

  /** Of a training batch. */
  training(dataset: number, step: number): Drawn[] {
    const { bins: T, genDim: G, icEncDim: H, datasets } = this.#model;
    return [
      this.#mask("input_dropout", step, PURPOSE.inputDropout, T, [datasets[dataset]!.channels]),
      {
        ...this.#mask("encoder_dropout", step, PURPOSE.encoderDropout, 1, [H, H]),
        shape: [this.#training.batchSize, 2 * H],
      },
      this.#mask("generator_dropout", step, PURPOSE.generatorDropout, T, [G]),
      ...this.#noise(this.#training.batchSize, step, "training"),
    ];
  }

  /** Of the first validation trials of a dataset. */
  validation(trials: number, epoch: number): Drawn[] {
    return this.#noise(trials, epoch, "validation");
  }

  #noise(rows: number, step: number, kind: "training" | "validation"): Drawn[] {
    const { icDim: Z } = this.#model;
    return [{ ...this.#normals("noise_g0", rows, step, PURPOSE[`${kind}Noise`], 1, Z), shape: [rows, Z] }];
  }

  #mask(name: string, step: number, purpose: number, bins: number, blocks: readonly number[]): Drawn {
    const { batchSize: rows, keepProb } = this.#training;
    const width = blocks.reduce((total, block) => total + padded(block), 0);
    this.#context.mask(this.#scratch, bins, rows, width, { keepProb, step, rowKeys: this.#rowKeys }, purpose);
    return this.#drawn(name, bins, rows, blocks);
  }

  #normals(name: string, rows: number, step: number, purpose: number, bins: number, n: number): Drawn {
    this.#context.k.normals(this.#scratch, bins, rows, padded(n), 0, 1, step, 0, purpose, this.#training.seed, 0);
    return this.#drawn(name, bins, rows, [n]);
  }

  /** [bins][rows][padded blocks] to [rows][bins][blocks]. */
  #drawn(name: string, bins: number, rows: number, blocks: readonly number[]): Drawn {
    const length = bins * rows * blocks.reduce((total, block) => total + padded(block), 0);
    const plain = unpad(new Float32Array(this.#memory.buffer, this.#scratch, length), bins * rows, blocks);
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
