/** How much memory the targets of a project's runs take, known from parameters and recordings before they start. */
import type { MemoryOf } from "#lib/build/session.js";
import { mergedBins } from "#lib/config/check-fit.js";
import type { Collection, Project, RunParams, RunSpec } from "#lib/config/project.js";
import { recordingName } from "#lib/config/recording-name.js";
import { usesAlignment } from "#lib/config/uses-alignment.js";
import { sampleLength } from "#lib/engine/memory-plan.js";
import type { ModelSpec } from "#lib/engine/model-spec.js";
import { parameterTable } from "#lib/engine/parameters.js";
import { samplingBytes } from "#lib/engine/sample-posterior.js";
import { trainingBytes } from "#lib/engine/train-model.js";
import type { DatasetInfo } from "#lib/sources/dataset-info.js";
import { alignLabel } from "./align-target.js";
import { modelSpecOf, type ParamValues, trainingSpecOf } from "./model-spec-of.js";
import { POSTERIOR_KINDS, runPlace } from "./plan.js";

/** Measured: a process of Node with HDF5 and the engine, and one more thread of it. */
const PROCESS_BYTES = 140e6;
const THREAD_BYTES = 12e6;
/** Measured: what is sampled on its way into a file, a few times, but no more than so much. */
const OUTPUT_COPIES = 7;
const MOST_OUTPUT_BYTES = 110e6;
/** Trials on their way from a recording into sums. */
const SLICE_BYTES = 120e6;
/** Checkpoints on their way into a file: parameters and both moments, a few times. */
const STATES = 4;

/** @param infos By the name of the recording: what it holds; runs of others give 0. */
export function memoryOfRuns(project: Project, infos: Infos): MemoryOf {
  const byLabel = new Map<string, (threads: number) => number>();
  const add = (label: string, bytesWith: (threads: number) => number) => byLabel.set(label, remembered(bytesWith));
  for (const collection of project.collections) {
    if (collection.imported) continue;
    for (const params of collection.params) {
      for (const spec of collection.runSpecs) {
        const { label } = runPlace(project, collection, params, spec);
        const sizes = remembered(() => runSizes(collection, params, spec, infos));
        const run = () => sizes(0);
        if (usesAlignment(params, spec)) {
          add(alignLabel(collection, params, spec), () => alignBytes(collection, params, spec, infos));
        }
        add(`${label}:train`, (threads) => trainBytes(run(), threads));
        for (const kind of POSTERIOR_KINDS) add(`${label}:${kind}`, (threads) => posteriorBytes(run(), threads));
        add(`${label}:prior_sample`, (threads) => priorBytes(run(), threads));
      }
    }
  }
  return (label, threads) => byLabel.get(label)?.(threads) ?? 0;
}

/** The scheduler asks for every target again and again, and a layout of memory takes a while. */
function remembered<T>(of: (threads: number) => T): (threads: number) => T {
  const known = new Map<number, T>();
  return (threads) => {
    if (!known.has(threads)) known.set(threads, of(threads));
    return known.get(threads)!;
  };
}

type Infos = ReadonlyMap<string, DatasetInfo>;

type RunSizes = NonNullable<ReturnType<typeof runSizes>>;

/** Undefined when a recording is not known or does not fit. */
function runSizes({ datasets }: Collection, params: RunParams, spec: RunSpec, infos: Infos) {
  const { values } = params;
  const known = spec.datasets.flatMap((name) => infos.get(recordingName(datasets, name, params)) ?? []);
  const bins = known[0] && mergedBins(known[0], Number(values.spikeBinMs));
  if (!bins || known.length < spec.datasets.length) return undefined;
  const data = known.map(({ nTrials, nChannels }) => ({ trials: nTrials, channels: nChannels }));
  const model = modelSpecOf(
    values as ParamValues,
    bins,
    known.map(({ name, nChannels, alignmentFactors }) => ({
      name,
      channels: nChannels,
      aligned: alignmentFactors !== null || usesAlignment({ values }, spec),
    })),
  );
  const countBytes = model.outputDist === "gaussian" ? 4 : 1;
  const binBytes = (channels: number) => countBytes * channels + 4 * model.extInputDim;
  const dataBytes = data.reduce((sum, { trials, channels }) => sum + trials * bins * binBytes(channels), 0);
  const training = trainingSpecOf(values as ParamValues, known.length);
  return { model, training, data, dataBytes, priorSamples: Number(values.numSamplesPrior) };
}

/** Slices of trials; condition averages as they are, centred, joined and scaled; the covariance and what becomes of it. */
function alignBytes({ datasets }: Collection, params: RunParams, spec: RunSpec, infos: Infos): number {
  const { values } = params;
  const known = spec.datasets.flatMap((name) => infos.get(recordingName(datasets, name, params)) ?? []);
  if (known.length < spec.datasets.length) return 0;
  const channels = known.reduce((sum, { nChannels }) => sum + nChannels, 0);
  const perDataset = known.map((info) => {
    const samples = info.nConditions * (mergedBins(info, Number(values.spikeBinMs)) ?? 0);
    return samples * (6 * info.nChannels + 3 * Number(values.c_factors_dim));
  });
  const averages = perDataset.reduce((sum, values) => sum + values, 0);
  return PROCESS_BYTES + SLICE_BYTES + 8 * (averages + 5 * channels ** 2);
}

function trainBytes(run: RunSizes | undefined, threads: number): number {
  if (!run) return 0;
  const stateBytes = 3 * 4 * parameterTable(run.model).length;
  // data as read from the files, and as training and validation trials joined
  const outside = 2 * run.dataBytes + STATES * stateBytes;
  return PROCESS_BYTES + threads * THREAD_BYTES + outside + trainingBytes(run.model, run.training, run.data, threads);
}

function posteriorBytes(run: RunSizes | undefined, threads: number): number {
  return run ? 2 * run.dataBytes + sampleBytes(run.model, run.data, threads) : 0;
}

function priorBytes(run: RunSizes | undefined, threads: number): number {
  if (!run) return 0;
  const samples = run.data.map(({ channels }) => ({ trials: run.priorSamples, channels }));
  return sampleBytes(run.model, samples, threads);
}

function sampleBytes(model: ModelSpec, data: RunSizes["data"], threads: number): number {
  const largest = Math.max(...data.map((size) => samplingBytes(model, size, threads)));
  const sampled = Math.max(...data.map(({ trials, channels }) => trials * 8 * sampleLength(model, channels)));
  const output = Math.min(OUTPUT_COPIES * sampled, MOST_OUTPUT_BYTES);
  return PROCESS_BYTES + threads * THREAD_BYTES + output + largest;
}
