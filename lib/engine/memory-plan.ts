/**
 * Where everything lies in the shared memory: a pure function of the model's sizes, so that every thread computes
 * the same addresses, and the memory a run takes is known before it starts.
 */
import { RESERVED_BYTES } from "./kernels.js";
import { encoderInputDim, hasIcMap, hasReadIn, hasReadOut, type ModelSpec, padded } from "./model-spec.js";
import { type ParameterTable, parameterTable, type Tensor } from "./parameters.js";

/** A batch is cut into this many shards whatever the number of threads: it fixes the order of summation. */
export const SHARDS = 16;
/** Floats in a block of the gradient norm's sum, for the same reason. */
export const NORM_BLOCK = 1024;
/** Trials, or samples of a trial, that go through the model together outside training. */
export const EVALUATION_ROWS = 16;

export interface DataSize {
  readonly trials: number;
  readonly channels: number;
  /** Counts above 255, or not whole: kept as float32 instead of bytes. */
  readonly wide: boolean;
}

export interface PlanSizes {
  readonly model: ModelSpec;
  /** Trials of each dataset in memory; training trials first, then validation trials. */
  readonly data: readonly DataSize[];
  /** 0 when nothing is trained. */
  readonly batchSize: number;
  readonly threads: number;
  /** Trials whose posterior averages are in memory at a time; 0 when nothing is sampled. */
  readonly sampledTrials: number;
}

/** A packed matrix: `from` is a tensor or the normalised factor matrix. */
export interface PackJob {
  readonly key: string;
  readonly tensor: string;
  readonly transposed: boolean;
  readonly rows: number;
  readonly columns: number;
  readonly address: number;
  readonly dataset: number | null;
}

export interface Workspace {
  readonly counts: number;
  readonly dropped: number;
  readonly mask: number;
  readonly input: number;
  readonly dInput: number;
  readonly encoders: readonly { readonly gates: number; readonly gated: number; readonly states: number }[];
  readonly encoded: number;
  readonly encodedMask: number;
  readonly dEncoded: number;
  readonly mean: number;
  readonly raw: number;
  readonly slope: number;
  readonly eps: number;
  readonly z: number;
  readonly dz: number;
  readonly dPrior: number;
  readonly gates: number;
  readonly gated: number;
  readonly states: number;
  readonly generated: number;
  readonly generatedMask: number;
  readonly dGenerated: number;
  readonly factors: number;
  readonly dFactors: number;
  readonly logits: number;
  readonly carry: number;
  readonly scratch: number;
  readonly dNormal: number;
  /** Sampling: one trial's index, R times. */
  readonly repeated: number;
  /** Sampling: float64 sums [T][·] of generator states, factors, rates; [·] of generator initial states and latents. */
  readonly sums: {
    readonly states: number;
    readonly factors: number;
    readonly rates: number;
    readonly initial: number;
  } | null;
}

export interface MemoryPlan {
  readonly table: ParameterTable;
  readonly rows: number;
  readonly params: number;
  readonly gradient: number;
  readonly moment1: number;
  readonly moment2: number;
  readonly shardGradients: number;
  readonly priorLogvar: number;
  readonly priorSlope: number;
  readonly facNormal: number;
  readonly facNorms: number;
  readonly packs: readonly PackJob[];
  readonly packed: ReadonlyMap<string, number>;
  readonly data: readonly number[];
  /** Int32 trial indices of the batch or evaluation, and float64 results a row: reconstruction, KL. */
  readonly trials: number;
  /** Int32 0, 1, 2, …: rows' places in the batch. */
  readonly places: number;
  readonly rowCount: number;
  readonly recon: number;
  readonly kl: number;
  readonly normBlocks: number;
  /** float64 averages of the sampled trials, laid out as `sampleFields` says. */
  readonly sampled: number;
  readonly workspaces: readonly Workspace[];
  readonly bytes: number;
}

/** What is averaged over the samples of a trial: names and lengths in the order they lie in memory, in float64. */
export function sampleFields(model: ModelSpec, channels: number) {
  const { bins: T, genDim: G, factorsDim: F, icDim: Z } = model;
  return [
    ["post_g0_mean", Z],
    ["post_g0_logvar", Z],
    ["gen_ics", G],
    ["gen_states", T * G],
    ["factors", T * F],
    ["output_dist_params", T * channels],
    ["costs", 1],
    ["nll_bound_vaes", 1],
    ["nll_bound_iwaes", 1],
  ] as const;
}

/** Float64 values of one sampled trial. */
export function sampleLength(model: ModelSpec, channels: number): number {
  return sampleFields(model, channels).reduce((total, [, length]) => total + length, 0);
}

/** Blocks of at most NORM_BLOCK floats, none across two tensors: what a step reduces and updates as one item. */
export function gradientBlocks(table: ParameterTable): { tensor: Tensor; offset: number; length: number }[] {
  const blocks = [];
  for (const tensor of table.tensors.values()) {
    const length = tensor.paddedRows * tensor.paddedColumns;
    for (let at = 0; at < length; at += NORM_BLOCK) {
      blocks.push({ tensor, offset: tensor.offset + at, length: Math.min(NORM_BLOCK, length - at) });
    }
  }
  return blocks;
}

export function memoryPlan(sizes: PlanSizes): MemoryPlan {
  const { model, data, batchSize, threads, sampledTrials } = sizes;
  const table = parameterTable(model);
  let next = RESERVED_BYTES;
  const bytes = (count: number) => {
    const at = next;
    next = Math.ceil((next + count) / 64) * 64;
    return at;
  };
  const floats = (count: number) => bytes(count * 4);
  const doubles = (count: number) => bytes(count * 8);

  const training = batchSize > 0;
  const { bins: T, factorsDim, genDim, icDim, icEncDim } = model;
  const [F, G, Z, H] = [padded(factorsDim), padded(genDim), padded(icDim), padded(icEncDim)];
  const I = padded(encoderInputDim(model));
  const N = Math.max(...model.datasets.map((dataset) => padded(dataset.channels)));
  const P = table.length;

  const params = floats(P);
  const gradient = training ? floats(P) : 0;
  const moment1 = training ? floats(P) : 0;
  const moment2 = training ? floats(P) : 0;
  const shardGradients = training ? floats(P * SHARDS) : 0;
  const priorLogvar = floats(Z);
  const priorSlope = floats(Z);
  const facNormal = floats(G * F);
  const facNorms = floats(F);

  const packs: PackJob[] = [];
  const pack = (tensor: string, backward: boolean, dataset: number | null = null) => {
    const { paddedRows: rows, paddedColumns: columns } = table.tensors.get(tensor)!;
    for (const transposed of backward && training ? [false, true] : [false]) {
      const [depth, width] = transposed ? [columns, rows] : [rows, columns];
      const address = floats(depth * Math.ceil(width / 16) * 16);
      packs.push({ key: transposed ? `${tensor}T` : tensor, tensor, transposed, rows, columns, address, dataset });
    }
  };
  for (const direction of ["encF", "encR"]) {
    pack(`${direction}.x`, hasReadIn(model));
    pack(`${direction}.ru`, true);
    pack(`${direction}.c`, true);
  }
  for (const key of [
    "postMean.W",
    "postLogvar.W",
    ...(hasIcMap(model) ? ["genIc.W"] : []),
    "gen.ru",
    "gen.c",
    "fac.W",
  ]) {
    pack(key, true);
  }
  model.datasets.forEach((_, index) => {
    if (hasReadIn(model)) pack(`readin${index}.W`, false, index);
    if (hasReadOut(model)) pack(`readout${index}.W`, true, index);
  });

  const dataAt = data.map((size) => bytes(size.trials * T * size.channels * (size.wide ? 4 : 1)));
  const rowCount = Math.max(batchSize, threads * EVALUATION_ROWS, ...data.map((size) => size.trials));
  const trials = bytes(rowCount * 4);
  const places = bytes(rowCount * 4);
  const recon = doubles(rowCount);
  const kl = doubles(rowCount);
  const normBlocks = doubles(gradientBlocks(table).length);

  const R = Math.max(Math.ceil(batchSize / SHARDS), EVALUATION_ROWS);
  const sequence = (width: number) => floats(T * R * width);
  const onlyTraining = (width: number) => (training ? sequence(width) : 0);
  const sampled = doubles(
    sampledTrials * Math.max(...model.datasets.map((dataset) => sampleLength(model, dataset.channels))),
  );
  const workspaces: Workspace[] = [];
  for (let thread = 0; thread < threads; thread++) {
    const counts = sequence(N);
    workspaces.push({
      counts,
      dropped: training ? sequence(N) : counts,
      mask: onlyTraining(N),
      input: hasReadIn(model) ? sequence(I) : 0,
      dInput: hasReadIn(model) ? onlyTraining(I) : 0,
      encoders: [0, 1].map(() => ({ gates: sequence(3 * H), gated: sequence(H), states: floats((T + 1) * R * H) })),
      encoded: floats(R * 2 * H),
      encodedMask: floats(R * 2 * H),
      dEncoded: floats(R * 2 * H),
      mean: floats(R * Z),
      raw: floats(R * Z),
      slope: floats(R * Z),
      eps: floats(R * Z),
      z: floats(R * Z),
      dz: floats(R * Z),
      dPrior: floats(2 * Z),
      gates: sequence(3 * G),
      gated: sequence(G),
      states: floats((T + 1) * R * G),
      generated: onlyTraining(G),
      generatedMask: onlyTraining(G),
      dGenerated: onlyTraining(G),
      factors: sequence(F),
      dFactors: onlyTraining(F),
      logits: sequence(N),
      carry: floats(R * Math.max(G, H)),
      scratch: floats(R * Math.max(G, H)),
      dNormal: training ? floats(G * F) : 0,
      repeated: sampledTrials > 0 ? bytes(R * 4) : 0,
      sums:
        sampledTrials > 0
          ? { states: doubles(T * G), factors: doubles(T * F), rates: doubles(T * N), initial: doubles(G) }
          : null,
    });
  }
  return {
    table,
    rows: R,
    params,
    gradient,
    moment1,
    moment2,
    shardGradients,
    priorLogvar,
    priorSlope,
    facNormal,
    facNorms,
    packs,
    packed: new Map(packs.map((job) => [job.key, job.address])),
    data: dataAt,
    trials,
    places,
    rowCount,
    recon,
    kl,
    normBlocks,
    sampled,
    workspaces,
    bytes: next,
  };
}
