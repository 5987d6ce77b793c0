/**
 * A RunCollection's folder as the MATLAB Run Manager and TensorFlow's LFADS leave it (docs/files.md has each file), with made-up
 * numbers. The hashes of its folders are computed from `settings`.
 */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { matCell, matNumber, matNumbers, matText } from "#lib/mat/mat-value.js";
import { writeMat } from "#lib/mat/write-mat.js";
import type { Affects, OwnParam } from "#lib/params/own-param.js";
import { ownDefinition } from "#lib/params/own-param.js";
import { paramNames } from "#lib/params/param-names.js";
import type { ParamValue } from "#lib/params/param-value.js";
import { runParamsByName, runParamsTable } from "#lib/params/run-params-table.js";

export interface TreeSetting {
  readonly name?: string;
  /** Those that differ from their defaults. */
  readonly values: Readonly<Record<string, ParamValue>>;
}

export interface TreeOptions {
  readonly settings: readonly TreeSetting[];
  readonly specs: Readonly<Record<string, readonly string[]>>;
  /** Of the user's class. */
  readonly own?: Readonly<Record<string, OwnParam>>;
  /** Before November 2017: data folders without the run's name and without c_factors_dim in theirs; shorter names. */
  readonly early?: boolean;
  readonly summary?: boolean;
}

/** Two settings, of which one has a value that six digits do not tell; a stitched run and one of a single dataset. */
export const usualTree: TreeOptions = {
  settings: [
    { name: "first", values: { spikeBinMs: 10, c_keep_prob: 0.9, c_gen_dim: 64, c_factors_dim: 8 } },
    { name: "third", values: { spikeBinMs: 10, c_keep_prob: 1 / 3, c_gen_dim: 64, c_factors_dim: 8 } },
  ],
  specs: { all: ["dataset001", "dataset002"], single_dataset001: ["dataset001"] },
};

export interface Tree {
  readonly dir: string;
  readonly settings: readonly { readonly paramName: string; readonly dataName: string }[];
}

const [BINS, CHANNELS] = [4, 3] as const;
const [trainInds, validInds] = [
  [2, 3, 4, 5, 7, 8],
  [1, 6],
] as const;
const [TRAIN, VALID] = [trainInds.length, validInds.length];

export async function writeRunManagerTree(dir: string, options: TreeOptions): Promise<Tree> {
  const { settings, specs, early = false } = options;
  const names = settings.map(({ values }) => folderNames(values, options));
  const text = early ? earlySummary(dir, options, names) : summary(dir, options, names);
  mkdirSync(dir, { recursive: true });
  if (options.summary ?? true) writeFileSync(join(dir, "summary.txt"), text);
  writeFileSync(join(dir, "launch_tensorboard.sh"), "#!/bin/bash\ntensorboard --logdir=runs\n");
  for (const [i, { paramName, dataName }] of names.entries()) {
    for (const [spec, datasets] of Object.entries(specs)) {
      const data = early ? dataName : `${dataName}/${spec}`;
      const input = join(dir, paramName, spec, "lfadsInput");
      mkdirSync(join(dir, data), { recursive: true });
      mkdirSync(input, { recursive: true });
      for (const [at, dataset] of datasets.entries()) {
        await writeInput(join(dir, data, `lfads_${dataset}.h5`), at);
        await writeInputInfo(join(dir, data, `inputInfo_${dataset}.mat`), dataName);
        for (const file of [`lfads_${dataset}.h5`, `inputInfo_${dataset}.mat`]) {
          symlinkSync(early ? `../../../${data}/${file}` : `../../../${data}/${file}`, join(input, file));
        }
      }
      await writeRun(join(dir, paramName, spec), datasets, settings[i]!.values, early);
    }
  }
  return { dir, settings: names };
}

function folderNames(values: TreeSetting["values"], { own = {}, early = false }: TreeOptions) {
  const definitions = new Map(Object.entries(own).map(([name, each]) => [name, ownDefinition(name, each)]));
  const affects: Record<string, Affects> = {};
  for (const [name, each] of Object.entries(own)) affects[name] = each.affects ?? "data";
  const { c_factors_dim: _, ...others } = values;
  const { paramName, dataName } = paramNames(values, definitions, affects);
  return { paramName, dataName: early ? paramNames(others, definitions, affects).dataName : dataName };
}

/** Counts that tell their place: dataset, side, trial, bin, channel. */
async function writeInput(file: string, dataset: number): Promise<void> {
  await writeHdf5(file, (w) => {
    for (const [side, trials] of [
      ["train", TRAIN],
      ["valid", VALID],
    ] as const) {
      const counts = BigInt64Array.from({ length: trials * BINS * CHANNELS }, (_, i) => BigInt((i * 7 + dataset) % 4));
      w.dataset(`${side}_data`, counts, [trials, BINS, CHANNELS]);
    }
    w.dataset("train_inds", Float64Array.from(trainInds));
    w.dataset("valid_inds", Float64Array.from(validInds));
  });
}

/** At bins of 5 ms from −20 ms on; the last trial has no condition. */
async function writeInputInfo(file: string, dataName: string): Promise<void> {
  const row = (values: readonly number[]) => matNumbers(Float64Array.from(values), [1, values.length]);
  await writeMat(file, {
    trainInds: row(trainInds),
    validInds: row(validInds),
    paramInputDataHash: matText(dataName.slice("data_".length)),
    seq_timeVector: row(Array.from({ length: 2 * BINS }, (_, bin) => -20 + 5 * (bin + 0.5))),
    seq_binSizeMs: matNumber(5),
    conditionId: matCell(["right", "left", "left", "right", "left", "right", "left", ""].map(matText)),
  });
}

async function writeRun(
  dir: string,
  datasets: readonly string[],
  values: TreeSetting["values"],
  early: boolean,
): Promise<void> {
  const output = join(dir, "lfadsOutput");
  mkdirSync(join(output, "lfads_log"), { recursive: true });
  const write = (path: string, text: string) => writeFileSync(join(dir, path), text);
  const line = (epoch: number, step: number) =>
    `epoch,${epoch}, step,${step}, total,9.50,8.25,       recon,9.00,8.00, kl,0.50,0.25, l2,0.00000,       klweight,1.00, l2weight,1.00`;
  write("lfadsOutput/fitlog.csv", `${line(0, 5)}\n${line(1, 10)}\n${line(2, 15)}\n`);
  write("lfadsOutput/checkpoint", 'model_checkpoint_path: "lfads_vae.ckpt-15"\n');
  write("lfadsOutput/checkpoint_lve", 'model_checkpoint_path: "lfads_vae_lve.ckpt-10"\n');
  for (const end of ["data-00000-of-00001", "index", "meta"])
    write(`lfadsOutput/lfads_vae_lve.ckpt-10.${end}`, `${end} of TensorFlow`);
  write("lfadsOutput/lfads_log/events.out.tfevents.1510000000.rig", "events");
  write("lfadsOutput/hyperparameters-0.txt", JSON.stringify(hyperparameters(values, datasets)));
  write(
    "lfads_train.sh",
    `#!/bin/bash\npython $(which run_lfads.py) --data_dir=${dir}/lfadsInput ${flags(values, datasets.length)}\n`,
  );
  write("lfads.out", "training\n");
  write("lfads.done", "");
  await writeHdf5(join(output, "model_params"), (w) =>
    w.dataset("LFADS_gen_gen_2_fac_W:0", Float64Array.of(1, 2), [1, 2]),
  );
  const kind = early ? "posterior_sample" : "posterior_sample_and_average";
  for (const dataset of datasets) {
    for (const [side, trials] of [
      ["train", TRAIN],
      ["valid", VALID],
    ] as const) {
      await writeHdf5(join(output, `model_runs_${dataset}.h5_${side}_${kind}`), (w) => {
        const rates = new Float64Array(trials * BINS * CHANNELS).fill(1.5);
        w.dataset("output_dist_params", rates, [trials, BINS, CHANNELS]);
        w.dataset("factors", new Float64Array(trials * BINS * 2).fill(0.25), [trials, BINS, 2]);
      });
    }
  }
}

/** As Python's JSON has what the flags say: whole numbers, and six decimals of others. */
function hyperparameters(values: TreeSetting["values"], datasets: readonly string[]): Record<string, unknown> {
  const own = runParamsTable.filter(({ name }) => name.startsWith("c_") && !/debug|in_factors|cd_|sv_/.test(name));
  const entries = own.map(({ name, default: value }) => [
    name.slice(2),
    sixDecimals(scaled(name, values[name] ?? value, datasets.length)),
  ]);
  return {
    ...Object.fromEntries(entries),
    kind: "train",
    dataset_names: datasets,
    num_steps: BINS,
    ndatasets: datasets.length,
  };
}

function flags(values: TreeSetting["values"], datasets: number): string {
  return Object.entries(values)
    .filter(([name]) => runParamsByName.has(name) && name.startsWith("c_"))
    .map(([name, value]) => {
      const given = scaled(name, value, datasets);
      const isWhole = /int/.test(runParamsByName.get(name)?.class ?? "");
      return `--${name.slice(2)}=${typeof given === "number" && !isWhole ? given.toFixed(6) : given}`;
    })
    .join(" ");
}

function scaled(name: string, value: ParamValue, datasets: number): ParamValue {
  return /^c_(kl|l2)_(increase_steps|start_step)$/.test(name) ? Number(value) * datasets : value;
}

function sixDecimals(value: ParamValue): ParamValue {
  return typeof value === "number" ? Number(value.toFixed(6)) : value;
}

type Names = Tree["settings"];

function summary(dir: string, options: TreeOptions, names: Names): string {
  const settings = options.settings.map(({ name = "", values }, i) =>
    [
      `    [${i + 1} ${names[i]!.paramName} ${names[i]!.dataName}] LorenzExperiment.RunParams "${name}"`,
      `      ${differing(values)}`,
      "",
      ...printedLines(values, options),
    ].join("\n"),
  );
  return [...headLines(dir, options), `  ${names.length} Parameter Settings:`, "", settings.join("\n\n"), ""].join(
    "\n",
  );
}

function earlySummary(dir: string, options: TreeOptions, names: Names): string {
  const settings = options.settings.map(({ values }, i) =>
    [
      `    [${i + 1} ${names[i]!.paramName}] LorenzExperiment.RunParams`,
      `      Diff: ${differing(values)}`,
      "",
      ...printedLines(values, options),
    ].join("\n"),
  );
  return [...headLines(dir, options), `  ${names.length} Parameter Settings:`, "", settings.join("\n\n"), ""].join(
    "\n",
  );
}

function headLines(dir: string, { settings, specs }: TreeOptions): string[] {
  const datasets = new Set(Object.values(specs).flat());
  const rule = ["", `  ${"-".repeat(24)}`, ""];
  return [
    `LorenzExperiment.RunCollection "${dir.split("/").at(-1)}" (${settings.length * Object.keys(specs).length} runs total)`,
    `  Path: ${dir}`,
    `  Dataset Collection "lorenz_example" (${datasets.size} datasets) in ~/lorenz_example/datasets`,
    ...rule,
    `  ${Object.keys(specs).length} Run Specifications:`,
    ...Object.entries(specs).flatMap(([name, members], i) => [
      "",
      `    [runSpec ${i + 1}] LorenzExperiment.RunSpec "${name}" (${members.length} datasets)`,
      ...members.map((dataset, k) => `      [ds ${k + 1}] LorenzExperiment.Dataset "${dataset}"`),
    ]),
    ...rule,
  ];
}

function differing(values: TreeSetting["values"]): string {
  const texts = Object.entries(values).map(([name, value]) => `${name}=${printed(value)}`);
  return texts.length === 0 ? "default" : texts.join(" ");
}

function printedLines(values: TreeSetting["values"], { own = {} }: TreeOptions): string[] {
  const shown = runParamsTable.filter(
    ({ name }) =>
      !/^(name|version|c_in_factors_dim|seed|maxEpochs|patience|onDivergence|initFrom|trainOnly|numSamplesPrior|c_cd_.*|c_sv_.*)$/.test(
        name,
      ),
  );
  return [
    ...Object.entries(own).map(([name, each]) => [name, (values[name] ?? each.default) as ParamValue] as const),
    ...shown.map(({ name, default: value }) => [name, values[name] ?? value] as const),
  ].map(([name, value]) => `      ${name}: ${printed(value)}`);
}

/** MATLAB's %g, %i and true or false. */
function printed(value: ParamValue): string {
  if (typeof value !== "number") return Array.isArray(value) ? "" : String(value);
  const text = Number(value.toPrecision(6));
  return Math.abs(text) < 1e-4 && text !== 0 ? text.toExponential().replace(/e-(\d)$/, "e-0$1") : String(text);
}
