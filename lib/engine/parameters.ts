/**
 * The one table of parameters: tensors in the engine's own layout, from which addresses, initial values, decay and
 * the variables of checkpoints and model_params follow.
 *
 * A tensor is rows × columns, both made of blocks that are padded to multiples of 4 each (gates r | u | c;
 * forward | backward encoder). The padding is zero and stays so.
 */
import {
  encoderInputDim,
  hasIcMap,
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
  readonly decay: "gen" | null;
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
    extra: { decay?: "gen"; dataset?: number } = {},
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
  /** y = xW + b: W ~ N(0, 1/in), b = 0. */
  const linear = (
    key: string,
    name: string,
    rows: readonly number[],
    out: number,
    extra: { dataset?: number } = {},
  ) => {
    tensor(`${key}.W`, rows, [out], { std: 1 / Math.sqrt(sum(rows)) }, extra);
    tensor(`${key}.b`, VECTOR, [out], { value: 0 }, extra);
    variable(`${name}_W`, [`${key}.W`, 0, 1]);
    variable(`${name}_b`, [`${key}.b`, 0, 1]);
  };

  const { factorsDim: F, genDim: G, icDim: Z, icEncDim: H } = spec;
  const zero = { value: 0 };

  if (hasReadIn(spec)) {
    spec.datasets.forEach((dataset, index) => {
      linear(`readin${index}`, `LFADS_x_2_infac_${dataset.name}.h5`, [dataset.channels], F, { dataset: index });
    });
  }
  const inputs = encoderInputDim(spec);
  for (const [key, direction] of [
    ["encF", "fwd"],
    ["encR", "rev"],
  ] as const) {
    const name = `LFADS_ic_enc_${direction}`;
    const gateStd = spec.cellWeightScale / Math.sqrt(inputs + H);
    const candidateStd = 1 / Math.sqrt(inputs + H);
    tensor(`${key}.h0`, VECTOR, [H], zero);
    tensor(`${key}.x`, [inputs], [H, H, H], { stds: [gateStd, gateStd, candidateStd] });
    tensor(`${key}.ru`, [H], [H, H], { std: gateStd });
    tensor(`${key}.c`, [H], [H], { std: candidateStd });
    tensor(`${key}.b`, VECTOR, [H, H, H], zero);
    variable(`${name}_ic_enc_t0_${direction}`, [`${key}.h0`, 0, 1]);
    variable(`${name}_GRU_Gates_xh_2_ru_W`, [`${key}.x`, 0, 2], [`${key}.ru`, 0, 2]);
    variable(`${name}_GRU_Gates_xh_2_ru_b`, [`${key}.b`, 0, 2]);
    variable(`${name}_GRU_Candidate_xrh_2_c_W`, [`${key}.x`, 2, 3], [`${key}.c`, 0, 1]);
    variable(`${name}_GRU_Candidate_xrh_2_c_b`, [`${key}.b`, 2, 3]);
  }
  tensor("prior.mean", VECTOR, [Z], zero);
  variable("LFADS_z_prior_g0_mean", ["prior.mean", 0, 1]);
  if (hasLearnedPriorVariance(spec)) {
    // filled with log(ic_prior_var_scale) at the start
    tensor("prior.v", VECTOR, [Z], { value: Number.NaN });
    variable("LFADS_z_prior_g0_logvar", ["prior.v", 0, 1]);
  }
  linear("postMean", "LFADS_z_ic_enc_2_post_g0_mean", [H, H], Z);
  linear("postLogvar", "LFADS_z_ic_enc_2_post_g0_logvar", [H, H], Z);
  if (hasIcMap(spec)) linear("genIc", "LFADS_gen_g0_2_gen_ic", [Z], G);

  const recurrentStd = spec.genCellRecWeightScale / Math.sqrt(G);
  tensor("gen.ru", [G], [G, G], { std: recurrentStd }, { decay: "gen" });
  tensor("gen.c", [G], [G], { std: recurrentStd }, { decay: "gen" });
  tensor("gen.b", VECTOR, [G, G, G], zero, { decay: "gen" });
  variable("LFADS_gen_GenGRU_Gates_h_2_ru_W", ["gen.ru", 0, 2]);
  variable("LFADS_gen_GenGRU_Gates_h_2_ru_b", ["gen.b", 0, 2]);
  variable("LFADS_gen_GenGRU_Candidate_rh_2_c_W", ["gen.c", 0, 1]);
  variable("LFADS_gen_GenGRU_Candidate_rh_2_c_b", ["gen.b", 2, 3]);
  tensor("fac.W", [G], [F], { std: 1 / Math.sqrt(G) });
  variable("LFADS_gen_gen_2_fac_W", ["fac.W", 0, 1]);
  if (hasReadOut(spec)) {
    spec.datasets.forEach((dataset, index) => {
      linear(`readout${index}`, `LFADS_glm_fac_2_logrates_${dataset.name}.h5`, [F], dataset.channels, {
        dataset: index,
      });
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
