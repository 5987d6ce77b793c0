/**
 * Where everything lies in the shared memory: a pure function of the model's sizes, so that every thread computes
 * the same addresses, and the memory a run takes is known before it starts.
 */
import { RESERVED_BYTES } from "./kernels.js";
import { hasReadIn, type ModelSpec, outputsPerChannel, padded } from "./model-spec.js";
import { isMatrix, type ParameterTable, parameterTable, type Tensor } from "./parameters.js";
import { type Workspace, workspace } from "./workspace.js";

/** A batch is cut into this many shards whatever the number of threads: it fixes the order of summation. */
export const SHARDS = 16;
/** Floats in a block of the gradient norm's sum, for the same reason. */
const NORM_BLOCK = 1024;
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
  /** What training does to the counts; each takes a buffer. */
  readonly coordinatedDropout?: boolean;
  readonly sampleValidation?: boolean;
}

/** A packed matrix: `from` is a tensor or the normalised factor matrix. */
export interface PackJob {
  readonly key: string;
  readonly tensor: string;
  readonly transposed: boolean;
  readonly rows: number;
  readonly columns: number;
  readonly address: number;
}

export interface MemoryPlan {
  readonly table: ParameterTable;
  readonly params: number;
  readonly gradient: number;
  readonly moment1: number;
  readonly moment2: number;
  readonly shardGradients: number;
  readonly priorLogvar: number;
  readonly priorSlope: number;
  /** Five rows of the AR(1) prior's constants (kernels/inferred-inputs.ts), then two of its standard deviations. */
  readonly ar: number;
  readonly facNormal: number;
  readonly facNorms: number;
  readonly packs: readonly PackJob[];
  readonly packed: ReadonlyMap<string, number>;
  readonly data: readonly number[];
  /** External inputs, float32 E × T × X. */
  readonly extInputs: readonly number[];
  /** Int32 trial indices of the batch or evaluation. */
  readonly trials: number;
  /** Int32 0, 1, 2, …: rows' places in the batch. */
  readonly places: number;
  readonly rowCount: number;
  /** Float64 results a row: −log p without its constant, that of held-out elements, KL of g0 and of u, ½ Σ c². */
  readonly recon: number;
  readonly held: number;
  readonly klIc: number;
  readonly klCo: number;
  readonly correlation: number;
  readonly normBlocks: number;
  /** float64 averages of the sampled trials, laid out as `sampleFields` says. */
  readonly sampled: number;
  readonly workspaces: readonly Workspace[];
  readonly bytes: number;
}

/** What is known of a sampled trial: names and lengths in the order they lie in memory, in float64. */
export function sampleFields(model: ModelSpec, channels: number): (readonly [name: string, length: number])[] {
  const { bins: T, genDim: G, factorsDim: F, icDim: Z, coDim: U } = model;
  const fields = [
    ["post_g0_mean", Z],
    ["post_g0_logvar", Z],
    ["gen_ics", G],
    ["controller_outputs", T * U],
    ["gen_states", T * G],
    ["factors", T * F],
    ["output_dist_params", T * channels * outputsPerChannel(model)],
    ["costs", 1],
    ["nll_bound_vaes", 1],
    ["nll_bound_iwaes", 1],
  ] as const;
  return fields.filter(([, length]) => length > 0);
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
  const { bins: T } = model;
  const [F, G, Z, U] = [model.factorsDim, model.genDim, model.icDim, model.coDim].map(padded) as [
    number,
    number,
    number,
    number,
  ];
  const P = table.length;

  const params = floats(P);
  const gradient = training ? floats(P) : 0;
  const moment1 = training ? floats(P) : 0;
  const moment2 = training ? floats(P) : 0;
  const shardGradients = training ? floats(P * SHARDS) : 0;
  const priorLogvar = floats(Z);
  const priorSlope = floats(Z);
  const ar = floats(7 * U);
  const facNormal = floats(G * F);
  const facNorms = floats(F);

  const packs: PackJob[] = [];
  for (const tensor of table.tensors.values()) {
    if (!isMatrix(tensor)) continue;
    const { key, paddedRows: rows, paddedColumns: columns } = tensor;
    for (const transposed of training && !isFirst(model, key) ? [false, true] : [false]) {
      const [depth, width] = transposed ? [columns, rows] : [rows, columns];
      const address = floats(depth * Math.ceil(width / 16) * 16);
      packs.push({ key: transposed ? `${key}T` : key, tensor: key, transposed, rows, columns, address });
    }
  }

  const dataAt = data.map((size) => bytes(size.trials * T * size.channels * (size.wide ? 4 : 1)));
  const extInputs = data.map((size) => floats(size.trials * T * model.extInputDim));
  const rowCount = Math.max(batchSize, threads * EVALUATION_ROWS, ...data.map((size) => size.trials));
  const trials = bytes(rowCount * 4);
  const places = bytes(rowCount * 4);
  const [recon, held, klIc, klCo, correlation] = Array.from({ length: 5 }, () => doubles(rowCount)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const normBlocks = doubles(gradientBlocks(table).length);
  const rows = Math.max(Math.ceil(batchSize / SHARDS), EVALUATION_ROWS);
  const sampled = doubles(
    sampledTrials * Math.max(...model.datasets.map((dataset) => sampleLength(model, dataset.channels))),
  );
  const { coordinatedDropout = false, sampleValidation = false } = sizes;
  const each = { model, rows, training, sampling: sampledTrials > 0, coordinatedDropout, sampleValidation };
  const workspaces = Array.from({ length: threads }, () => workspace({ floats, doubles }, each));
  return {
    table,
    params,
    gradient,
    moment1,
    moment2,
    shardGradients,
    priorLogvar,
    priorSlope,
    ar,
    facNormal,
    facNorms,
    packs,
    packed: new Map(packs.map((job) => [job.key, job.address])),
    data: dataAt,
    extInputs,
    trials,
    places,
    rowCount,
    recon,
    held,
    klIc,
    klCo,
    correlation,
    normBlocks,
    sampled,
    workspaces,
    bytes: next,
  };
}

/** Nothing trained comes before it, so that no gradient goes through it. */
function isFirst(model: ModelSpec, key: string): boolean {
  return key.startsWith("readin") || key === "gen.ext" || (/^(ic|ci)\..*\.x$/.test(key) && !hasReadIn(model));
}
