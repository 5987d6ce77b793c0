/** The targets that make a recording, where it is not there, and that read and check it. */
import { dirname, join } from "node:path";
import type { Json, Target, TargetInput } from "#lib/build/target.js";
import type { Dataset, DatasetSet, Project, RunParams } from "#lib/config/project.js";
import { infoFileOf, loadParams, recordingName, recordingSettings } from "#lib/config/recording-name.js";
import { isGenerated } from "#lib/sources/source-spec.js";
import type { PlanUnit } from "./plan-unit.js";

/** The targets of all recordings, whether a run uses them or not. */
export function planRecordings(project: Project): PlanUnit[] {
  return project.collections.map(({ datasets: set, params }, collection) => {
    const all = set.candidates ?? set.datasets;
    const targets = recordingSettings(set, params).flatMap((setting) =>
      all.flatMap((each) => [...recordingTargets(project, set, each, setting)]),
    );
    return { collection, setting: null, targets };
  });
}

/** Label of the target that reads and checks a dataset, and the file it writes (a DatasetInfo). */
export function datasetTarget(project: Project, set: DatasetSet, dataset: string, params: RunParams) {
  const name = recordingName(set, dataset, params);
  return { label: `${name}:dataset`, infoFile: infoFileOf(project.dir, name) };
}

export function* recordingTargets(
  project: Project,
  set: DatasetSet,
  dataset: Dataset,
  params: RunParams,
): Generator<Target> {
  const source = readSource(dataset);
  if (isGenerated(dataset.source)) {
    const { heldOut: _, ...made } = source as { heldOut?: Json };
    yield {
      label: `${set.name}/${dataset.name}:generate`,
      rule: "generate",
      params: { source: made, file: `${dataset.name}.h5` },
      inputs: [],
      outDir: set.path,
    };
  }
  if (dataset.maker) yield madeTarget(project, set, dataset, dataset.maker, params);
  const { label, infoFile } = datasetTarget(project, set, dataset.name, params);
  yield {
    label,
    rule: "dataset",
    params: { name: dataset.name, source },
    inputs: [recordingInput(set, dataset, params)],
    outDir: dirname(infoFile),
  };
}

/** How the file is read: what an evaluation does with what was read is not part of it. */
function readSource({ source }: Dataset): Json {
  const { decode: _, ...read } = source;
  return read as unknown as Json;
}

/** What makes a dataset's trials for alignment, where its loader wants to tell these apart. */
export function* alignmentTargets(
  project: Project,
  set: DatasetSet,
  dataset: Dataset,
  params: RunParams,
): Generator<Target> {
  const { maker } = dataset;
  if (maker?.alignment) yield madeTarget(project, set, dataset, maker, params, "alignment");
}

/** The file that alignment reads: that of the dataset, unless its loader makes one for it. */
export function alignmentInput(set: DatasetSet, dataset: Dataset, params: RunParams): TargetInput {
  if (!dataset.maker?.alignment) return recordingInput(set, dataset, params);
  return { name: "file", target: `${recordingName(set, dataset.name, params)}:load-alignment` };
}

/** The file of a dataset as an input: the user's own, or what is made. */
export function recordingInput(set: DatasetSet, dataset: Dataset, params: RunParams): TargetInput {
  const name = recordingName(set, dataset.name, params);
  if (isGenerated(dataset.source)) return { name: "file", target: `${name}:generate` };
  return dataset.maker ? { name: "file", target: `${name}:load` } : { name: "file", file: dataset.file };
}

function madeTarget(
  project: Project,
  set: DatasetSet,
  dataset: Dataset,
  maker: NonNullable<Dataset["maker"]>,
  params: RunParams,
  mode: "export" | "alignment" = "export",
): Target {
  const name = recordingName(set, dataset.name, params);
  const withheld = Object.keys(params.affects).filter((own) => params.affects[own] !== "data");
  return {
    label: mode === "export" ? `${name}:load` : `${name}:load-alignment`,
    rule: maker.rule,
    params: { dataset: dataset.name, mode, ...maker.params, values: loadParams(params) as Json },
    settings: { ...maker.settings, withheld, source: readSource(dataset) },
    inputs: maker.inputs,
    outDir: join(dirname(join(project.dir, ".lfads", "recordings", name)), mode === "export" ? "" : mode),
  };
}
