/** The train rule on small exports with the parameters that the plan gives it: from RunParams to files, without a build. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Rule, RuleContext, RuleInputFile } from "#lib/build/rule.js";
import type { Json } from "#lib/build/target.js";
import type { Project, RunParams } from "#lib/config/project.js";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { RandomStream } from "#lib/random/random-stream.js";
import { readCheckpoint } from "#rules/checkpoint-file.js";
import { withDefaults } from "#rules/model-spec-of.js";
import { INITIAL, planTargets } from "#rules/plan.js";
import { train } from "#rules/train.js";
import { stateDigest } from "./train-small.js";

export interface Given {
  /** RunParams that differ from the small ones. */
  readonly values?: Readonly<Record<string, number | string | boolean>>;
  /** How many datasets, and the external inputs of each. */
  readonly datasets?: number;
  readonly externalInputs?: number;
  /** Every dataset brings an alignment. */
  readonly aligned?: boolean;
  /** lfadsOutput of a run to start from. */
  readonly initial?: string;
}

export interface TrainedRun {
  readonly files: readonly string[];
  readonly fitlog: string;
  readonly log: readonly string[];
  /** Of each checkpoint. */
  readonly states: readonly string[];
}

const [TRAIN, VALID, BINS, CHANNELS] = [10, 4, 6, 5];

/** A model with a controller; two epochs of two steps. */
const small = {
  c_batch_size: 5,
  c_factors_dim: 3,
  c_gen_dim: 6,
  c_ic_dim: 3,
  c_ic_enc_dim: 4,
  c_ci_enc_dim: 4,
  c_con_dim: 5,
  c_co_dim: 2,
  c_kl_increase_steps: 2,
  c_l2_increase_steps: 2,
  maxEpochs: 2,
} as const;

/** Of every dataset: channels × factors, and a value a channel. */
export const alignment = {
  matrix: Float64Array.from({ length: CHANNELS * small.c_factors_dim }, (_, i) => (i % 4) - 1.5),
  bias: Float64Array.from({ length: CHANNELS }, (_, i) => i / 4),
};

/** Trains in `dir`; outputs are in its folder `out/lfadsOutput`. */
export async function trainRun(dir: string, given: Given = {}): Promise<TrainedRun> {
  const { values, datasets = 1, externalInputs = 0, aligned = false, initial } = given;
  const names = Array.from({ length: datasets }, (_, index) => `day${index + 1}`);
  const target = planTargets(projectOf(names, { ...small, ...values })).find(({ rule }) => rule === "train")!;
  const inputs: Record<string, RuleInputFile[]> = {};
  for (const [index, name] of names.entries()) {
    const path = join(dir, `lfads_${name}.h5`);
    await writeExport(path, index, externalInputs, aligned);
    inputs[name] = [{ name: `lfads_${name}.h5`, path, digest: "" }];
  }
  if (initial) inputs[INITIAL] = filesOf(initial);
  const out = join(dir, "out");
  mkdirSync(out);
  const log = await runRule(train, { params: target.params, settings: target.settings as Json, inputs, out });
  const files = filesOf(join(out, "lfadsOutput"));
  const states: string[] = [];
  for (const { path } of files.filter(({ name }) => name.includes(".ckpt-"))) {
    states.push(stateDigest((await readCheckpoint(path)).state));
  }
  const fitlog = readFileSync(join(out, "lfadsOutput", "fitlog.csv"), "utf8");
  return { files: files.map(({ name }) => name), fitlog, log, states };
}

/** Runs a rule by itself; returns its log. */
export async function runRule(
  rule: Rule,
  given: Pick<RuleContext, "params" | "inputs" | "out"> & { settings?: Json },
): Promise<string[]> {
  const scratch = mkdtempSync(join(given.out, "scratch-"));
  const log: string[] = [];
  await rule.run({
    label: rule.name,
    settings: null,
    ...given,
    scratch,
    threads: 1,
    signal: new AbortController().signal,
    log: (line) => log.push(line),
    warn: (what) => log.push(what),
    progress: () => undefined,
  });
  return log;
}

/** The files of a lfadsOutput folder as an input. */
export function filesOf(folder: string): RuleInputFile[] {
  const names = readdirSync(folder).sort();
  return names.map((name) => ({ name: `lfadsOutput/${name}`, path: join(folder, name), digest: "" }));
}

/** One run of these datasets. */
export function projectOf(datasets: readonly string[], nonDefault: RunParams["nonDefault"]): Project {
  const params: RunParams = {
    name: "",
    values: withDefaults(nonDefault as Record<string, Json>),
    nonDefault,
    paramName: "param_aaaaaa",
    dataName: "data_aaaaaa",
    affects: {},
  };
  const source = { kind: "h5" } as Project["collections"][number]["datasets"]["datasets"][number]["source"];
  const set = { name: "days", path: "/days", datasets: datasets.map((name) => ({ name, source, file: `/${name}` })) };
  const collection = { name: "c", datasets: set, runSpecs: [{ name: "all", datasets }], params: [params] };
  return {
    file: "/lfadsfile.ts",
    dir: "/",
    root: "/runs",
    store: { maxBytes: null, hardLinks: false },
    collections: [collection],
  };
}

/** Counts 0…4, and external inputs of some steps up and down. */
export async function writeExport(
  file: string,
  dataset: number,
  externalInputs: number,
  aligned: boolean,
): Promise<void> {
  await writeHdf5(file, (w) => {
    for (const [index, side, trials] of [
      [0, "train", TRAIN],
      [1, "valid", VALID],
    ] as const) {
      const stream = new RandomStream(7, 2001, dataset, index);
      const whole = (length: number, low: number, high: number) =>
        Array.from({ length }, () => stream.integer(low, high));
      const counts = BigInt64Array.from(whole(trials * BINS * CHANNELS, 0, 4), BigInt);
      w.dataset(`${side}_data`, counts, [trials, BINS, CHANNELS]);
      if (externalInputs > 0) {
        const inputs = Float64Array.from(whole(trials * BINS * externalInputs, -1, 1));
        w.dataset(`${side}_ext_input`, inputs, [trials, BINS, externalInputs]);
      }
      w.dataset(
        `${side}_inds`,
        Float64Array.from({ length: trials }, (_, trial) => index * TRAIN + trial + 1),
      );
    }
    w.dataset("conversion_factor", Float64Array.of(1));
    if (!aligned) return;
    w.dataset("alignment_matrix_cxf", alignment.matrix, [CHANNELS, small.c_factors_dim]);
    w.dataset("alignment_bias_c", alignment.bias);
  });
}
