/**
 * What one thread needs to take some rows (trials or samples) through the model: addresses of buffers, each
 * time-major [T][R][·] unless said. Letters: network.ts.
 */
import {
  controllerDirections,
  encoderInputs,
  feedback,
  hasController,
  hasInitialCondition,
  hasReadIn,
  type ModelSpec,
  outputsPerChannel,
  padded,
  paddedWidth,
} from "./model-spec.js";

/** Takes memory for so many 32-bit floats, or float64; returns its address. */
export interface Allocator {
  floats(count: number): number;
  doubles(count: number): number;
}

/** A GRU's sequence: gates [T][R][3·units], r∘h [T][R][units], states [T+1][R][units]. */
export interface GruSpace {
  readonly gates: number;
  readonly gated: number;
  readonly states: number;
}

export interface Workspace {
  readonly counts: number;
  readonly dropped: number;
  readonly mask: number;
  /** Coordinated dropout: what passes, then where the gradient flows. */
  readonly learned: number;
  /** Sample validation: 0 where an element is held out. */
  readonly seen: number;
  /** Of the non-zeros of the first matrix. */
  readonly index: number;
  readonly input: number;
  readonly dInput: number;
  readonly extMask: number;
  readonly ic: readonly GruSpace[];
  /** [R][2H] */
  readonly encoded: number;
  readonly encodedMask: number;
  readonly dEncoded: number;
  /** [R][Z]; dPrior two rows of Z. */
  readonly mean: number;
  readonly raw: number;
  readonly slope: number;
  readonly eps: number;
  readonly z: number;
  readonly dz: number;
  readonly dPrior: number;
  readonly ci: readonly GruSpace[];
  /** What the controller sees of its encoder, with dropout, and its gradient. */
  readonly seenByController: number;
  readonly seenMask: number;
  readonly dSeen: number;
  readonly dEncoder: number;
  /** What it sees of the last bin: [T][R][feedback]. */
  readonly fed: number;
  readonly fedMask: number;
  /** [R][feedback] */
  readonly dFed: number;
  readonly con: GruSpace;
  readonly conCarry: number;
  /** Sampling: one trial's input part of the controller's gates, [T][3Q]. */
  readonly pre: number;
  /** Posterior of u: mean | log-variance, [T][R][2U]. */
  readonly co: number;
  readonly coEps: number;
  readonly u: number;
  readonly du: number;
  readonly dCorrelation: number;
  /** Three rows of U. */
  readonly arSums: number;
  readonly dState: number;
  /** External inputs. */
  readonly ext: number;
  readonly gen: GruSpace;
  /** [T+1][R][·]: slab 0 is the bin before the first, made from the initial state. */
  readonly generated: number;
  readonly generatedMask: number;
  readonly dGenerated: number;
  readonly factors: number;
  readonly dFactors: number;
  readonly logits: number;
  readonly logvars: number;
  readonly rates: number;
  /** [R][·] */
  readonly carry: number;
  readonly scratch: number;
  readonly dNormal: number;
  /** Sampling: one trial's index, R times. */
  readonly repeated: number;
  /** Sampling: float64 sums over samples, laid out as `sampledSums` says. */
  readonly sums: Readonly<Record<SummedName, number>> | null;
}

/** Averaged over samples: outputs of the model with their padded and plain widths a bin; T 1 for what has no bins. */
export function summedOutputs(model: ModelSpec, channels: number) {
  const { bins: T, genDim: G, factorsDim: F, coDim: U } = model;
  const all = [
    { name: "gen_ics", bins: 1, width: G },
    { name: "controller_outputs", bins: T, width: U },
    { name: "gen_states", bins: T, width: G },
    { name: "factors", bins: T, width: F },
    { name: "outputs", bins: T, width: channels },
    { name: "variances", bins: T, width: outputsPerChannel(model) === 2 ? channels : 0 },
  ] as const;
  return all;
}

export type SummedName = ReturnType<typeof summedOutputs>[number]["name"];

export interface WorkspaceSizes {
  readonly model: ModelSpec;
  /** Rows that go through together. */
  readonly rows: number;
  readonly training: boolean;
  readonly sampling: boolean;
  /** What training does to the counts. */
  readonly coordinatedDropout: boolean;
  readonly sampleValidation: boolean;
}

export function workspace({ floats, doubles }: Allocator, sizes: WorkspaceSizes): Workspace {
  const { model, rows: R, training, sampling } = sizes;
  const { bins: T } = model;
  const [F, G, Z, H] = [model.factorsDim, model.genDim, model.icDim, model.icEncDim].map(padded) as [
    number,
    number,
    number,
    number,
  ];
  const controlled = hasController(model);
  const [J, Q, U] = [model.ciEncDim, model.conDim, model.coDim].map((n) => (controlled ? padded(n) : 0)) as [
    number,
    number,
    number,
  ];
  const N = Math.max(...model.datasets.map((dataset) => padded(dataset.channels)));
  const I = paddedWidth(encoderInputs(model));
  const directions = controlled ? controllerDirections(model) : 0;
  const fedWidth = feedback(model) === "rates" ? N : feedback(model) === "factors" ? F : 0;
  const external = padded(model.extInputDim);

  const sequence = (width: number, bins = T) => (width > 0 ? floats(bins * R * width) : 0);
  const trained = (width: number, bins = T) => (training ? sequence(width, bins) : 0);
  const gru = (units: number): GruSpace => ({
    gates: sequence(3 * units),
    gated: sequence(units),
    states: sequence(units, T + 1),
  });
  const latent = hasInitialCondition(model);
  const hasInput = hasReadIn(model) || encoderInputs(model).length > 1;
  const counts = sequence(N);
  const masked = training || sizes.sampleValidation;
  return {
    counts,
    dropped: masked ? sequence(N) : counts,
    mask: trained(N),
    learned: sizes.coordinatedDropout ? sequence(N) : 0,
    seen: sizes.sampleValidation ? sequence(N) : 0,
    index: sequence(hasReadIn(model) ? N : I),
    input: hasInput ? sequence(I) : 0,
    dInput: hasReadIn(model) ? trained(I) : 0,
    extMask: encoderInputs(model).length > 1 ? trained(external) : 0,
    ic: latent ? [gru(H), gru(H)] : [],
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
    ci: Array.from({ length: directions }, () => gru(J)),
    seenByController: sequence(directions * J),
    seenMask: trained(directions * J),
    dSeen: trained(directions * J),
    dEncoder: trained(J),
    fed: training ? sequence(fedWidth) : 0,
    fedMask: trained(fedWidth),
    dFed: trained(fedWidth, 1),
    con: gru(Q),
    conCarry: floats(R * Q),
    pre: sampling ? floats(T * 3 * Q) : 0,
    co: sequence(2 * U),
    coEps: sequence(U),
    u: sequence(U),
    du: trained(U),
    dCorrelation: trained(U),
    arSums: floats(3 * U),
    dState: trained(Q, 1),
    ext: sequence(external),
    gen: gru(G),
    generated: trained(G, T + 1),
    generatedMask: trained(G),
    dGenerated: trained(G),
    factors: sequence(F, T + 1),
    dFactors: trained(F, T + 1),
    logits: sequence(N, T + 1),
    logvars: outputsPerChannel(model) === 2 ? sequence(N) : 0,
    rates: feedback(model) === "rates" ? sequence(N, T + 1) : 0,
    carry: floats(R * Math.max(G, H, J)),
    scratch: floats(R * Math.max(G, H, J, Q)),
    dNormal: training ? floats(G * F) : 0,
    repeated: sampling ? floats(R) : 0,
    sums: sampling ? sums() : null,
  };

  function sums(): Record<SummedName, number> {
    const pairs = summedOutputs(model, N).map(({ name, bins, width }) => [name, doubles(bins * padded(width))]);
    return Object.fromEntries(pairs) as Record<SummedName, number>;
  }
}
