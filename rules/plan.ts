/** A project as targets: what each RunCollection makes, from what, into which folders. */
import { join } from "node:path";
import type { Json, Target } from "#lib/build/target.js";
import { initialRun } from "#lib/config/initial-run.js";
import type { Collection, Dataset, Project, RunParams, RunSpec } from "#lib/config/project.js";
import { isMade } from "#lib/config/recording-name.js";
import { usesAlignment } from "#lib/config/uses-alignment.js";
import { modelExtensions } from "#lib/params/param-names.js";
import { alignLabel, alignTarget, dataPlace } from "./align-target.js";
import { importedTargets } from "./imported-targets.js";
import { pathBetween } from "./path-between.js";
import { alignmentInput, alignmentTargets, recordingInput, recordingTargets } from "./plan-recordings.js";
import type { PlanUnit } from "./plan-unit.js";
import { type AskedRuns, reportTarget } from "./report-target.js";
import { exportLabel, POSTERIOR_KINDS, runPlace } from "./run-place.js";
import { summaryText } from "./summary-text.js";

export { POSTERIOR_KINDS, type PosteriorKind, runPlace } from "./run-place.js";

/** Input with the checkpoint that a training starts from; the exports are named for datasets, whose names have no slash. */
export const INITIAL = "initial/checkpoint";

/** Beside a run's outputs: what was logged while they were made. */
export const RUN_LOG = "lfads.out";

/** Threads that a training or sampling step can use: more than a batch has shards would be idle. */
const MOST_THREADS = 16;

/** Training takes longer than what comes before and after it, by about this much, and grows with its datasets. */
const TRAINING_WORK = 20;

export type WantedUnits = (collection: number, setting: number | null) => boolean;

/**
 * The targets of a project; with `wanted`, of these units and what they need, without what is made on demand. Settings that
 * share an alignment or an export share its target. Reports are of all runs, or of those `asked` for.
 */
export function planUnits(project: Project, wanted?: WantedUnits, asked?: AskedRuns): PlanUnit[] {
  const units = unitsOf(project, wanted ?? (() => true));
  return wanted ? units : [...units, ...reportUnits(project, units, asked)];
}

/** A report reads results of all settings, so it is in no unit of theirs. */
function reportUnits(project: Project, units: readonly PlanUnit[], asked: AskedRuns | undefined): PlanUnit[] {
  const targets = new Map(distinctTargets(units).map((target) => [target.label, target]));
  return project.collections.flatMap((each, collection) => {
    const report = reportTarget(project, each, targets, asked);
    return report ? [{ collection, setting: null, targets: [report] }] : [];
  });
}

function unitsOf(project: Project, wanted: WantedUnits): PlanUnit[] {
  return project.collections.flatMap((collection, index) => {
    const settings = collection.params.flatMap((params, setting) =>
      wanted(index, setting) ? [{ params, setting }] : [],
    );
    const { imported } = collection;
    const isWanted = wanted(index, null);
    const summary = isWanted && !imported ? [summaryTarget(project, collection)] : [];
    if (settings.length === 0 && !isWanted) return [];
    const shared = new Map<string, Target>();
    // What is made of a setting's parameters goes with the setting.
    const common =
      collection.imported || isMade(collection.datasets)
        ? []
        : datasetsTargets(project, collection, collection.params[0]!);
    return [
      { collection: index, setting: null, targets: [...common, ...summary] },
      ...settings.map(({ params, setting }) => ({
        collection: index,
        setting,
        targets: imported
          ? [...importedTargets(project, collection, imported, params)]
          : [...settingTargets(project, collection, params, shared)],
      })),
    ];
  });
}

export function planTargets(project: Project): Target[] {
  return distinctTargets(planUnits(project));
}

/** Of the units, each once. */
export function distinctTargets(units: readonly PlanUnit[]): Target[] {
  const targets = new Map<string, Target>();
  for (const unit of units)
    for (const target of unit.targets) if (!targets.has(target.label)) targets.set(target.label, target);
  return [...targets.values()];
}

/** Of the datasets that the run specs use, and of all that a filter asks about. */
function* datasetsTargets(
  project: Project,
  { datasets: set, runSpecs }: Collection,
  params: RunParams,
): Generator<Target> {
  const used = new Set(runSpecs.flatMap((spec) => spec.datasets));
  for (const dataset of set.candidates ?? set.datasets) {
    if (set.readsAll || used.has(dataset.name)) yield* recordingTargets(project, set, dataset, params);
  }
}

/** `shared`: alignments and exports that were planned already, by label. */
function* settingTargets(
  project: Project,
  collection: Collection,
  params: RunParams,
  shared: Map<string, Target>,
): Generator<Target> {
  const all = new Map(collection.datasets.datasets.map((dataset) => [dataset.name, dataset]));
  const [trained, data, builtIn] = [trainParams(params), dataParams(params), builtInParams(params)];
  const once = (label: string, make: () => Target): Target => {
    const target = shared.get(label) ?? make();
    shared.set(label, target);
    return target;
  };
  const set = collection.datasets;
  if (isMade(set)) yield* datasetsTargets(project, collection, params);
  for (const spec of collection.runSpecs) {
    const datasets = spec.datasets.map((name) => all.get(name)!);
    if (usesAlignment(params, spec)) {
      const label = alignLabel(collection, params, spec);
      for (const dataset of datasets) yield* alignmentTargets(project, set, dataset, params);
      const inputs = datasets.map((dataset) => ({ ...alignmentInput(set, dataset, params), name: dataset.name }));
      yield once(label, () => alignTarget(project, collection, params, spec, datasets, inputs, data));
    }
    for (const dataset of datasets) {
      const label = exportLabel(collection, params, spec, dataset.name);
      yield once(label, () => exportTarget(project, collection, params, spec, dataset, data));
    }
    yield* runTargets(project, collection, params, spec, trained);
    yield scriptsTarget(project, collection, params, spec, builtIn);
  }
}

function exportTarget(
  project: Project,
  collection: Collection,
  params: RunParams,
  spec: RunSpec,
  dataset: Dataset,
  own: Readonly<Record<string, Json>>,
): Target {
  const { spikeBinMs, trainToTestRatio } = params.values;
  const { decode: _, ...source } = dataset.source;
  return {
    label: exportLabel(collection, params, spec, dataset.name),
    rule: "export",
    params: {
      dataset: dataset.name,
      source: source as unknown as Json,
      spikeBinMs: spikeBinMs as number,
      trainToTestRatio: trainToTestRatio as number,
      dataHash: params.dataName.slice("data_".length),
      dataParams: own,
    },
    inputs: usesAlignment(params, spec)
      ? [
          recordingInput(collection.datasets, dataset, params),
          { name: "align", target: alignLabel(collection, params, spec) },
        ]
      : [recordingInput(collection.datasets, dataset, params)],
    outDir: `${project.root}/${dataPlace(collection, params, spec)}`,
  };
}

function* runTargets(
  project: Project,
  collection: Collection,
  params: RunParams,
  spec: RunSpec,
  trained: Readonly<Record<string, Json>>,
): Generator<Target> {
  const { label, dir } = runPlace(project, collection, params, spec);
  const datasets = [...spec.datasets];
  const exports = datasets.map((name) => ({
    name,
    target: exportLabel(collection, params, spec, name),
    select: [`lfads_${name}.h5`],
  }));
  const lve = lveOf("checkpoint", label);
  const { seed, numSamplesPrior, initFrom, c_debug_verbose, c_debug_print_each_step } = params.values;
  const threads = { cpus: MOST_THREADS };
  const log = `${dir}/${RUN_LOG}`;

  yield {
    label: `${label}:train`,
    rule: "train",
    params: { datasets, params: trained },
    settings: { verbose: Boolean(c_debug_verbose), eachStep: Boolean(c_debug_print_each_step) },
    inputs: initFrom === "" ? exports : [...exports, lveOf(INITIAL, initialLabel(project, params, spec))],
    outDir: dir,
    links: datasets.map((name) => ({
      path: `${dir}/lfadsInput/lfads_${name}.h5`,
      to: `../../../${params.dataName}/${spec.name}/lfads_${name}.h5`,
    })),
    logCopy: { path: log, append: false },
    resources: { ...threads, work: TRAINING_WORK * datasets.length },
  };
  for (const kind of POSTERIOR_KINDS) {
    const samples = kind === "posterior_push_mean" ? {} : { samples: params.values.num_samples_posterior as number };
    yield {
      label: `${label}:${kind}`,
      rule: "posterior",
      params: { kind, seed: seed as number, datasets, ...samples },
      inputs: [lve, ...exports],
      outDir: dir,
      logCopy: { path: log, append: true },
      resources: threads,
    };
  }
  const generatorGetsInputs = (params.values.c_ext_input_dim as number) > 0 && params.values.c_inject_ext_input_to_gen;
  const prior = [];
  if ((numSamplesPrior as number) > 0) {
    prior.push({ name: "prior_sample", target: `${label}:prior_sample` });
    yield {
      label: `${label}:prior_sample`,
      rule: "prior",
      params: { seed: seed as number, samples: numSamplesPrior as number },
      inputs: generatorGetsInputs ? [lve, ...exports] : [lve],
      outDir: dir,
      logCopy: { path: log, append: true },
      resources: threads,
    };
  }
  yield {
    label: `${label}:model-params`,
    rule: "model-params",
    params: {},
    inputs: [lve],
    outDir: dir,
    logCopy: { path: log, append: true },
  };
  const sources = new Map(collection.datasets.datasets.map((dataset) => [dataset.name, dataset.source]));
  const decode = datasets.flatMap((name) => {
    const how = sources.get(name)?.decode;
    return how ? [[name, how] as const] : [];
  });
  yield {
    label: `${label}:evaluate`,
    rule: "evaluate",
    params: { datasets, decode: Object.fromEntries(decode) },
    inputs: [
      ...exports.map((input) => ({ ...input, select: [...input.select, `evaluation_${input.name}.h5?`] })),
      { name: "posterior_sample_and_average", target: `${label}:posterior_sample_and_average` },
    ],
    outDir: dir,
  };
  yield {
    label: `${label}:results`,
    rule: "results",
    params: {},
    inputs: [
      { name: "evaluation", target: `${label}:evaluate` },
      { name: "fitlog", target: `${label}:train`, select: ["lfadsOutput/fitlog.csv"] },
      { name: "checkpoint", target: `${label}:train`, select: ["lfadsOutput/checkpoint_lve"] },
      ...POSTERIOR_KINDS.map((kind) => ({ name: kind, target: `${label}:${kind}` })),
      ...prior,
      { name: "model-params", target: `${label}:model-params` },
    ],
    outDir: dir,
  };
}

/** The LVE checkpoints of a run as an input. */
function lveOf(name: string, run: string): Target["inputs"][number] {
  return { name, target: `${run}:train`, select: ["lfadsOutput/checkpoint_lve", "lfadsOutput/lfads_vae_lve.*"] };
}

/** Label of the run that `initFrom` names. What names none stays as it is: no target has that label. */
function initialLabel(project: Project, params: RunParams, spec: RunSpec): string {
  const initFrom = params.values.initFrom as string;
  const run = initialRun(project, initFrom, spec.name);
  return run ? runPlace(project, run.collection, run.params, run.spec).label : initFrom;
}

/**
 * Parameters that train declares: the model's own, but for those that debug, and what this project adds. The checkpoint that
 * `initFrom` names is an input: its content counts, not its label.
 */
function trainParams({ nonDefault, affects }: RunParams): Readonly<Record<string, Json>> {
  const declared = (name: string) =>
    affects[name] !== undefined
      ? affects[name] === "model"
      : (name.startsWith("c_") && !/^c_(tf_)?debug_/.test(name)) ||
        (modelExtensions.has(name) && name !== "initFrom") ||
        [
          "scaleIncreaseStepsWithDatasets",
          "scaleStartStepWithDatasets",
          "setInFactorsMatchDataForSingleDataset",
          "c_debug_reduce_timesteps_to",
        ].includes(name);
  return Object.fromEntries(Object.entries(nonDefault).filter(([name]) => declared(name))) as Record<string, Json>;
}

/** The user's own parameters that affect data. */
function dataParams({ nonDefault, affects }: RunParams): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(nonDefault).filter(([name]) => affects[name] === "data")) as Record<
    string,
    Json
  >;
}

/** The built-in ones that differ from their defaults; a setting's name reaches no file of a run. */
function builtInParams({ nonDefault, affects }: RunParams): Readonly<Record<string, Json>> {
  const declared = ([name]: readonly [string, unknown]) => affects[name] === undefined && name !== "name";
  return Object.fromEntries(Object.entries(nonDefault).filter(declared)) as Record<string, Json>;
}

function scriptsTarget(
  project: Project,
  collection: Collection,
  params: RunParams,
  spec: RunSpec,
  own: Readonly<Record<string, Json>>,
): Target {
  const { label, dir } = runPlace(project, collection, params, spec);
  return {
    label: `${label}:scripts`,
    rule: "scripts",
    params: { project: pathBetween(dir, project.dir), nDatasets: spec.datasets.length, params: own },
    inputs: [],
    outDir: dir,
  };
}

function summaryTarget(project: Project, collection: Collection): Target {
  return {
    label: `${collection.name}:summary`,
    rule: "summary",
    params: {
      text: summaryText(
        collection,
        pathBetween(project.dir, join(project.root, collection.name)),
        pathBetween(project.dir, collection.datasets.path),
      ),
    },
    inputs: [],
    outDir: join(project.root, collection.name),
  };
}
