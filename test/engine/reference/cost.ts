/**
 * The cost of docs/model.md as a plain float64 function of the named variables: poisson counts, no controller, no
 * external input. B trials, T bins, N channels, I encoder input, H encoder units, Z initial-condition dimensions,
 * G generator units, F factors.
 */
import { hasIcMap, hasLearnedPriorVariance, hasReadIn, hasReadOut, type ModelSpec } from "#lib/engine/model-spec.js";
import { gruForward } from "./gru.js";
import { gaussianForward, priorVariance } from "./latents.js";
import { gemm, normaliseColumns } from "./matrix.js";
import { poissonLoss } from "./poisson.js";

/** Values by the names of `model_params`. */
export type NamedVariables = ReadonlyMap<string, Float64Array>;

export interface CostGiven {
  readonly model: ModelSpec;
  readonly dataset: number;
  /** One array [T][N] a trial. */
  readonly counts: readonly Float64Array[];
  /** Dropout multipliers: input [T][N], encoder [2H] and generator [T][G], for each trial. */
  readonly masks: readonly {
    readonly input: Float64Array;
    readonly encoder: Float64Array;
    readonly generator: Float64Array;
  }[];
  /** [Z] for each trial. */
  readonly noise: readonly Float64Array[];
  /** w_kl · kl_ic_weight and w_l2 · l2_gen_scale. */
  readonly klWeight: number;
  readonly l2Weight: number;
}

export interface CostValues {
  readonly cost: number;
  /** A trial's −log p without the constant lgamma(k + 1), and its KL. */
  readonly recon: Float64Array;
  readonly kl: Float64Array;
}

export function referenceCost(given: CostGiven, variables: NamedVariables): CostValues {
  const { counts, klWeight, l2Weight } = given;
  const recon = new Float64Array(counts.length);
  const kl = new Float64Array(counts.length);
  let cost = l2Weight * l2(variables);
  counts.forEach((_, b) => {
    const trial = trialCost(given, variables, b);
    recon[b] = trial.recon;
    kl[b] = trial.kl;
    cost += (trial.recon + klWeight * trial.kl) / counts.length;
  });
  return { cost, recon, kl };
}

function trialCost(given: CostGiven, variables: NamedVariables, b: number): { recon: number; kl: number } {
  const { model, dataset } = given;
  const { bins: T, factorsDim: F, genDim: G, icDim: Z, icEncDim: H, cellClipValue: clip } = model;
  const { name, channels: N } = model.datasets[dataset]!;
  const masks = given.masks[b]!;
  const v = (variable: string) => {
    const values = variables.get(`LFADS_${variable}`);
    if (!values) throw new Error(`no variable LFADS_${variable}`);
    return values;
  };

  let input: Float64Array = given.counts[b]!.map((count, i) => count * masks.input[i]!);
  let I = N;
  if (hasReadIn(model)) {
    input = gemm(T, F, N, input, v(`x_2_infac_${name}.h5_W`), v(`x_2_infac_${name}.h5_b`));
    I = F;
  }

  const encoded = new Float64Array(2 * H);
  const E = Math.min(model.numStepsForGenIc, T);
  (["fwd", "rev"] as const).forEach((direction, index) => {
    const gates = v(`ic_enc_${direction}_GRU_Gates_xh_2_ru_W`);
    const candidate = v(`ic_enc_${direction}_GRU_Candidate_xrh_2_c_W`);
    const ru = gemm(E, 2 * H, I, input, gates, v(`ic_enc_${direction}_GRU_Gates_xh_2_ru_b`));
    const c = gemm(E, H, I, input, candidate, v(`ic_enc_${direction}_GRU_Candidate_xrh_2_c_b`));
    const { last } = gruForward(
      { T: E, B: 1, H, clip, reverse: direction === "rev" },
      {
        inputs: besides(E, ru, 2 * H, c, H),
        initial: v(`ic_enc_${direction}_ic_enc_t0_${direction}`),
        ru: gates.subarray(I * 2 * H),
        c: candidate.subarray(I * H),
      },
    );
    encoded.set(last, index * H);
  });
  const e = encoded.map((value, i) => value * masks.encoder[i]!);

  const posterior = gaussianForward({
    rows: 1,
    n: Z,
    varMin: model.icPostVarMin,
    mean: gemm(1, Z, 2 * H, e, v("z_ic_enc_2_post_g0_mean_W"), v("z_ic_enc_2_post_g0_mean_b")),
    raw: gemm(1, Z, 2 * H, e, v("z_ic_enc_2_post_g0_logvar_W"), v("z_ic_enc_2_post_g0_logvar_b")),
    eps: given.noise[b]!,
    priorMean: v("z_prior_g0_mean"),
    priorLogvar: hasLearnedPriorVariance(model)
      ? v("z_prior_g0_logvar").map((value) => priorVariance(value, model.icPriorVarMin, model.icPriorVarMax).logvar)
      : new Float64Array(Z).fill(Math.log(model.icPriorVarScale)),
  });

  const initial = hasIcMap(model)
    ? gemm(1, G, Z, posterior.z, v("gen_g0_2_gen_ic_W"), v("gen_g0_2_gen_ic_b"))
    : posterior.z;
  const { states } = gruForward(
    { T, B: 1, H: G, clip, reverse: false },
    {
      inputs: gemm(
        T,
        3 * G,
        0,
        [],
        [],
        besides(1, v("gen_GenGRU_Gates_h_2_ru_b"), 2 * G, v("gen_GenGRU_Candidate_rh_2_c_b"), G),
      ),
      initial,
      ru: v("gen_GenGRU_Gates_h_2_ru_W"),
      c: v("gen_GenGRU_Candidate_rh_2_c_W"),
    },
  );
  const generated = states.map((value, i) => value * masks.generator[i]!);
  const { normal } = normaliseColumns(G, F, v("gen_gen_2_fac_W"));
  const factors = gemm(T, F, G, generated, normal, new Float64Array(F));
  const logits = hasReadOut(model)
    ? gemm(T, N, F, factors, v(`glm_fac_2_logrates_${name}.h5_W`), v(`glm_fac_2_logrates_${name}.h5_b`))
    : factors;
  return { recon: poissonLoss(logits, given.counts[b]!).loss, kl: posterior.kl[0]! };
}

/** Σ_v ½ ‖v‖² / Σ_v numel(v) over the generator's recurrent matrices and their biases. */
function l2(variables: NamedVariables): number {
  let squares = 0;
  let count = 0;
  for (const part of ["Gates_h_2_ru_W", "Gates_h_2_ru_b", "Candidate_rh_2_c_W", "Candidate_rh_2_c_b"]) {
    const values = variables.get(`LFADS_gen_GenGRU_${part}`)!;
    for (const value of values) squares += value * value;
    count += values.length;
  }
  return (0.5 * squares) / count;
}

/** Rows of `a` [rows][m] and `b` [rows][n] beside each other: [rows][m + n]. */
function besides(rows: number, a: Float64Array, m: number, b: Float64Array, n: number): Float64Array {
  const out = new Float64Array(rows * (m + n));
  for (let row = 0; row < rows; row++) {
    out.set(a.subarray(row * m, (row + 1) * m), row * (m + n));
    out.set(b.subarray(row * n, (row + 1) * n), row * (m + n) + m);
  }
  return out;
}
