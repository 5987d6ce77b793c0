/**
 * The one table of parameters: tensors in the engine's own layout, from which addresses, initial values, decay and
 * the variables of checkpoints and model_params follow.
 *
 * A tensor is rows × columns, both made of blocks that are padded to multiples of 4 each (gates r | u | c;
 * forward | backward encoder). The padding is zero and stays so.
 */
import { log } from "#lib/float64/log.js";
import {
  controllerDirections,
  encoderInputs,
  feedback,
  generatorExtInputs,
  hasController,
  hasIcMap,
  hasInitialCondition,
  hasLearnedPriorVariance,
  hasReadIn,
  hasReadOut,
  type ModelSpec,
  padded,
} from "./model-spec.js";

export interface Tensor {
  readonly key: string;
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** Standard deviation of the normal initial values, a constant for all of them, or one value for each block of columns. */
  readonly start: { readonly std: number } | { readonly value: number } | { readonly stds: readonly number[] };
  /** Part of the L2 cost of this recurrent network. */
  readonly decay: "gen" | "con" | null;
  /** Index of the dataset that alone uses it. */
  readonly dataset: number | null;
  /** First float in the parameter vector. */
  readonly offset: number;
  readonly paddedRows: number;
  readonly paddedColumns: number;
}

/** Where a variable's values lie: pieces stacked by rows, each all rows of some column blocks of a tensor. */
export interface Variable {
  /** As TensorFlow named it, with `/` as `_`, without the ending `:0`. */
  readonly name: string;
  readonly shape: readonly [rows: number, columns: number];
  readonly pieces: readonly { readonly tensor: string; readonly fromBlock: number; readonly toBlock: number }[];
}

export interface ParameterTable {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly variables: readonly Variable[];
  /** Floats in the parameter vector, a multiple of 4. */
  readonly length: number;
}

/** The rows of a bias or a state: one, not padded. */
const VECTOR: readonly number[] = [1];

export function isMatrix({ rows }: Tensor): boolean {
  return rows !== VECTOR;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

export function parameterTable(spec: ModelSpec): ParameterTable {
  const tensors = new Map<string, Tensor>();
  const variables: Variable[] = [];
  let offset = 0;

  const tensor = (
    key: string,
    rows: readonly number[],
    columns: readonly number[],
    start: Tensor["start"],
    extra: { decay?: "gen" | "con"; dataset?: number } = {},
  ) => {
    const paddedRows = rows === VECTOR ? 1 : sum(rows.map(padded));
    const paddedColumns = sum(columns.map(padded));
    const { decay = null, dataset = null } = extra;
    tensors.set(key, { key, rows, columns, start, decay, dataset, offset, paddedRows, paddedColumns });
    offset += paddedRows * paddedColumns;
  };
  const variable = (name: string, ...pieces: (readonly [tensor: string, fromBlock: number, toBlock: number])[]) => {
    const [first] = pieces;
    const columns = sum(tensors.get(first![0])!.columns.slice(first![1], first![2]));
    const rows = sum(pieces.map(([key]) => sum(tensors.get(key)!.rows)));
    variables.push({
      name,
      shape: [rows, columns],
      pieces: pieces.map(([key, fromBlock, toBlock]) => ({ tensor: key, fromBlock, toBlock })),
    });
  };
  /** y = xW + b: W ~ N(0, 1/in), b = 0; the columns are blocks with a name each. */
  const linear = (
    key: string,
    names: readonly string[],
    rows: readonly number[],
    out: number,
    extra: { dataset?: number } = {},
  ) => {
    const columns = names.map(() => out);
    tensor(`${key}.W`, rows, columns, { std: 1 / Math.sqrt(sum(rows)) }, extra);
    tensor(`${key}.b`, VECTOR, columns, zero, extra);
    names.forEach((name, block) => {
      variable(`${name}_W`, [`${key}.W`, block, block + 1]);
      variable(`${name}_b`, [`${key}.b`, block, block + 1]);
    });
  };
  /** A GRU whose input and state share matrices: an encoder's direction. */
  const gru = (key: string, name: string, inputs: readonly number[], units: number) => {
    const gateStd = spec.cellWeightScale / Math.sqrt(sum(inputs) + units);
    const candidateStd = 1 / Math.sqrt(sum(inputs) + units);
    tensor(`${key}.x`, inputs, [units, units, units], { stds: [gateStd, gateStd, candidateStd] });
    tensor(`${key}.ru`, [units], [units, units], { std: gateStd });
    tensor(`${key}.c`, [units], [units], { std: candidateStd });
    tensor(`${key}.b`, VECTOR, [units, units, units], zero);
    variable(`${name}_GRU_Gates_xh_2_ru_W`, [`${key}.x`, 0, 2], [`${key}.ru`, 0, 2]);
    variable(`${name}_GRU_Gates_xh_2_ru_b`, [`${key}.b`, 0, 2]);
    variable(`${name}_GRU_Candidate_xrh_2_c_W`, [`${key}.x`, 2, 3], [`${key}.c`, 0, 1]);
    variable(`${name}_GRU_Candidate_xrh_2_c_b`, [`${key}.b`, 2, 3]);
  };
  /** A GenGRU, `inputs` a tensor each; the L2 cost counts its recurrent part. */
  const genGru = (
    key: "gen" | "con",
    inputs: readonly { key: string; rows: readonly number[] }[],
    units: number,
    scales: { input: number; recurrent: number },
  ) => {
    const name = `LFADS_${key}_GenGRU`;
    const columns = [units, units, units];
    const inputStd = scales.input / Math.sqrt(sum(inputs.flatMap(({ rows }) => rows)));
    const recurrentStd = scales.recurrent / Math.sqrt(units);
    for (const input of inputs) tensor(`${key}.${input.key}`, input.rows, columns, { std: inputStd });
    tensor(`${key}.ru`, [units], [units, units], { std: recurrentStd }, { decay: key });
    tensor(`${key}.c`, [units], [units], { std: recurrentStd }, { decay: key });
    tensor(`${key}.b`, VECTOR, columns, zero, { decay: key });
    if (inputs.length > 0) {
      variable(`${name}_Gates_x_2_ru_W`, ...inputs.map((input) => [`${key}.${input.key}`, 0, 2] as const));
    }
    variable(`${name}_Gates_h_2_ru_W`, [`${key}.ru`, 0, 2]);
    variable(`${name}_Gates_h_2_ru_b`, [`${key}.b`, 0, 2]);
    if (inputs.length > 0) {
      variable(`${name}_Candidate_x_2_c_W`, ...inputs.map((input) => [`${key}.${input.key}`, 2, 3] as const));
    }
    variable(`${name}_Candidate_rh_2_c_W`, [`${key}.c`, 0, 1]);
    variable(`${name}_Candidate_rh_2_c_b`, [`${key}.b`, 2, 3]);
  };

  const { factorsDim: F, genDim: G, icDim: Z, icEncDim: H, ciEncDim: J, conDim: Q, coDim: U } = spec;
  const zero = { value: 0 };

  if (hasReadIn(spec)) {
    spec.datasets.forEach(({ name, channels }, dataset) => {
      linear(`readin${dataset}`, [`LFADS_x_2_infac_${name}.h5`], [channels], F, { dataset });
    });
  }
  const encoder = (key: "ic" | "ci", directions: number, units: number) => {
    for (const direction of ["fwd", "rev"].slice(0, directions)) {
      const name = `LFADS_${key}_enc_${direction}`;
      tensor(`${key}.${direction}.h0`, VECTOR, [units], zero);
      variable(`${name}_${key}_enc_t0_${direction}`, [`${key}.${direction}.h0`, 0, 1]);
      gru(`${key}.${direction}`, name, encoderInputs(spec), units);
    }
  };
  if (hasInitialCondition(spec)) {
    encoder("ic", 2, H);
    tensor("prior.mean", VECTOR, [Z], zero);
    variable("LFADS_z_prior_g0_mean", ["prior.mean", 0, 1]);
    if (hasLearnedPriorVariance(spec)) {
      tensor("prior.v", VECTOR, [Z], { value: log(spec.icPriorVarScale) });
      variable("LFADS_z_prior_g0_logvar", ["prior.v", 0, 1]);
    }
    linear("postMean", ["LFADS_z_ic_enc_2_post_g0_mean"], [H, H], Z);
    linear("postLogvar", ["LFADS_z_ic_enc_2_post_g0_logvar"], [H, H], Z);
    if (hasIcMap(spec)) linear("genIc", ["LFADS_gen_g0_2_gen_ic"], [Z], G);
  } else {
    tensor("gen.g0", VECTOR, [G], zero);
    variable("LFADS_gen_g0", ["gen.g0", 0, 1]);
  }
  if (hasController(spec)) {
    const directions = controllerDirections(spec);
    encoder("ci", directions, J);
    tensor("ar.logevars", VECTOR, [U], { value: log(spec.priorArNvar) });
    tensor("ar.logatau", VECTOR, [U], { value: log(spec.priorArAtau) });
    variable("LFADS_z_u_prior_ar1_logevars", ["ar.logevars", 0, 1]);
    variable("LFADS_z_u_prior_ar1_logatau", ["ar.logatau", 0, 1]);
    const fed = feedback(spec);
    const seen = fed === "rates" ? spec.datasets[0]!.channels : F;
    const encoded = { key: "encoded", rows: Array<number>(directions).fill(J) };
    tensor("con.c0", VECTOR, [Q], zero);
    variable("LFADS_con_c0", ["con.c0", 0, 1]);
    genGru("con", fed ? [encoded, { key: "fed", rows: [seen] }] : [encoded], Q, {
      input: spec.cellWeightScale,
      recurrent: spec.cellWeightScale,
    });
    const name = "LFADS_con_con_to_post_co";
    linear("co", [`${name}_mean`, `${name}_logvar`], [Q], U);
  }
  const external = generatorExtInputs(spec);
  const inferred = hasController(spec) ? [{ key: "u", rows: [U] }] : [];
  const injected = external > 0 ? [{ key: "ext", rows: [external] }] : [];
  genGru("gen", [...inferred, ...injected], G, {
    input: spec.genCellInputWeightScale,
    recurrent: spec.genCellRecWeightScale,
  });
  tensor("fac.W", [G], [F], { std: 1 / Math.sqrt(G) });
  variable("LFADS_gen_gen_2_fac_W", ["fac.W", 0, 1]);
  if (hasReadOut(spec)) {
    spec.datasets.forEach(({ name, channels }, dataset) => {
      if (spec.outputDist === "poisson") {
        linear(`readout${dataset}`, [`LFADS_glm_fac_2_logrates_${name}.h5`], [F], channels, { dataset });
        return;
      }
      linear(`readout${dataset}`, [`LFADS_glm_fac_2_means_${name}.h5`], [F], channels, { dataset });
      tensor(`logvar${dataset}.W`, [F], [channels], zero, { dataset });
      tensor(`logvar${dataset}.b`, VECTOR, [channels], { value: 1 }, { dataset });
      variable(`LFADS_glm_fac_2_logvars_${name}.h5_W`, [`logvar${dataset}.W`, 0, 1]);
      variable(`LFADS_glm_fac_2_logvars_${name}.h5_b`, [`logvar${dataset}.b`, 0, 1]);
    });
  }
  return { tensors, variables, length: offset };
}

/** Calls `visit` with every value's place in a tensor: padded index, block of columns, plain row and column. */
export function forEachValue(
  tensor: Tensor,
  visit: (index: number, columnBlock: number, row: number, column: number) => void,
): void {
  let plainRow = 0;
  let paddedRow = 0;
  for (const rows of tensor.rows) {
    for (let r = 0; r < rows; r++) {
      let plainColumn = 0;
      let paddedColumn = 0;
      tensor.columns.forEach((columns, block) => {
        for (let c = 0; c < columns; c++) {
          visit((paddedRow + r) * tensor.paddedColumns + paddedColumn + c, block, plainRow + r, plainColumn + c);
        }
        plainColumn += columns;
        paddedColumn += padded(columns);
      });
    }
    plainRow += rows;
    paddedRow += padded(rows);
  }
}

/** The plain values of a variable out of (or, with `into`, into) a parameter vector. */
export function readVariable(table: ParameterTable, variable: Variable, params: Float32Array): Float32Array {
  const values = new Float32Array(variable.shape[0] * variable.shape[1]);
  visitVariable(table, variable, (at, index) => {
    values[at] = params[index]!;
  });
  return values;
}

export function writeVariable(
  table: ParameterTable,
  variable: Variable,
  values: Float32Array,
  params: Float32Array,
): void {
  visitVariable(table, variable, (at, index) => {
    params[index] = values[at]!;
  });
}

function visitVariable(table: ParameterTable, variable: Variable, visit: (at: number, index: number) => void): void {
  const width = variable.shape[1];
  let firstRow = 0;
  for (const piece of variable.pieces) {
    const tensor = table.tensors.get(piece.tensor)!;
    const before = sum(tensor.columns.slice(0, piece.fromBlock));
    forEachValue(tensor, (index, block, row, column) => {
      if (block < piece.fromBlock || block >= piece.toBlock) return;
      visit((firstRow + row) * width + column - before, tensor.offset + index);
    });
    firstRow += sum(tensor.rows);
  }
}
