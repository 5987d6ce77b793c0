/**
 * Runs that were made elsewhere, as targets: what is there of each run is adopted as it is, under the labels that the build
 * would give it, and results are computed of it. They go beside the lfadsfile: nothing is written into the tree.
 */
import { join } from "node:path";
import type { Json, Target, TargetInput } from "#lib/build/target.js";
import type { Collection, ImportedFiles, Project, RunParams, RunSpec } from "#lib/config/project.js";
import { exportLabel, POSTERIOR_KINDS, runPlace } from "./run-place.js";

/** Those of a setting. A run that has only begun has fewer. */
export function* importedTargets(
  project: Project,
  collection: Collection,
  files: ImportedFiles,
  params: RunParams,
): Generator<Target> {
  for (const spec of collection.runSpecs) yield* runTargets(project, collection, files, params, spec);
}

function* runTargets(
  project: Project,
  collection: Collection,
  files: ImportedFiles,
  params: RunParams,
  spec: RunSpec,
): Generator<Target> {
  const { label, dir } = runPlace(project, collection, params, spec);
  const datasets = [...spec.datasets];
  const made = under(`${spec.name}/`, files[params.paramName] ?? []);
  const outputs = made.filter((path) => !path.startsWith("lfadsInput/"));
  if (outputs.length === 0) return;

  const exported: { readonly name: string; readonly target: string }[] = [];
  for (const name of datasets) {
    const input = inputFiles(project, collection, files, params, spec, name);
    if (!input) continue;
    const target = exportLabel(collection, params, spec, name);
    exported.push({ name, target });
    yield adopting(target, { made: "export", dataset: name }, [], input.dir, input.paths);
  }

  const exports = exported.map((input) => ({ ...input, select: [`lfads_${input.name}.h5`] }));
  const posteriors = POSTERIOR_KINDS.map((kind) => ({
    kind,
    paths: outputs.filter((path) => isPosterior(path, kind)),
  }));
  const modelParams = outputs.filter((path) => path === "lfadsOutput/model_params");
  const others = new Set([...posteriors.flatMap(({ paths }) => paths), ...modelParams]);
  const train = outputs.filter((path) => !others.has(path));
  const trained: TargetInput[] = train.length > 0 ? [{ name: "checkpoint", target: `${label}:train` }] : [];
  const values = params.nonDefault as Readonly<Record<string, Json>>;
  if (train.length > 0)
    yield adopting(`${label}:train`, { made: "train", datasets, params: values }, exports, dir, train);
  for (const { kind, paths } of posteriors) {
    if (paths.length > 0)
      yield adopting(`${label}:${kind}`, { made: kind, datasets }, [...trained, ...exports], dir, paths);
  }
  if (modelParams.length > 0)
    yield adopting(`${label}:model-params`, { made: "model-params" }, trained, dir, modelParams);

  const needed = ["lfadsOutput/fitlog.csv", "lfadsOutput/checkpoint_lve"];
  const sampled = posteriors[0]!.paths;
  const isComplete =
    exports.length === datasets.length &&
    needed.every((path) => train.includes(path)) &&
    datasets.every((name) => sampled.some((path) => path.includes(`/model_runs_${name}.h5_valid_`)));
  if (!isComplete) return;
  const outDir = join(project.dir, ".lfads", "imported", collection.name, params.paramName, spec.name);
  yield {
    label: `${label}:evaluate`,
    rule: "evaluate",
    params: { datasets, decode: {}, binMs: params.values.spikeBinMs as number },
    inputs: [...exported, { name: POSTERIOR_KINDS[0], target: `${label}:${POSTERIOR_KINDS[0]}` }],
    outDir,
  };
  yield {
    label: `${label}:results`,
    rule: "results",
    params: { imported: true },
    inputs: [
      { name: "evaluation", target: `${label}:evaluate` },
      { name: "fitlog", target: `${label}:train`, select: [needed[0]!] },
      { name: "checkpoint", target: `${label}:train`, select: [needed[1]!] },
    ],
    outDir,
  };
}

/** `paths`: relative to `outDir`. */
function adopting(
  label: string,
  params: { readonly made: string; readonly [name: string]: Json },
  inputs: readonly TargetInput[],
  outDir: string,
  paths: readonly string[],
): Target {
  const files = paths.map((path) => ({ name: "imported", file: join(outDir, path), as: path }));
  return { label, rule: "imported", params, adopts: true, inputs: [...inputs, ...files], outDir };
}

/** What a model of the run read of a dataset: from the data folder, in either layout, else from the run's own. */
function inputFiles(
  { root }: Project,
  collection: Collection,
  files: ImportedFiles,
  { paramName, dataName }: RunParams,
  spec: RunSpec,
  dataset: string,
): { dir: string; paths: string[] } | undefined {
  const of = (folder: string) => ({ dir: join(root, collection.name, folder), folder });
  const places = [of(`${dataName}/${spec.name}`), of(dataName), of(`${paramName}/${spec.name}/lfadsInput`)];
  for (const { dir, folder } of places) {
    const [top, ...below] = folder.split("/");
    const there = under(below.map((name) => `${name}/`).join(""), files[top!] ?? []);
    const names = [`lfads_${dataset}.h5`, `inputInfo_${dataset}.mat`, `evaluation_${dataset}.h5`];
    const paths = names.filter((path) => there.includes(path));
    if (paths[0] === names[0]) return { dir, paths };
  }
  return undefined;
}

/** Older LFADS wrote what it averaged over samples of the posterior under the shorter name. */
function isPosterior(path: string, kind: (typeof POSTERIOR_KINDS)[number]): boolean {
  const suffix = kind === "posterior_sample_and_average" ? "posterior_sample(_and_average)?" : kind;
  return new RegExp(`^lfadsOutput/model_runs_.+\\.h5_(train|valid)_${suffix}$`).test(path);
}

function under(prefix: string, paths: readonly string[]): string[] {
  return paths.flatMap((path) => (path.startsWith(prefix) ? [path.slice(prefix.length)] : []));
}
