import type { ArrayFile } from "./array-file.js";
import type { Alignment, DatasetReader } from "./dataset-reader.js";
import { countsHint, expectShape, mismatch, ownSplit, partsOf, shapeText } from "./h5-layout.js";
import type { H5Spec } from "./source-spec.js";

/** Which array holds what. */
type ArraysSpec = Omit<H5Spec, "kind">;

/** A dataset of the arrays that `spec` names. Throws FailureError `data` where they do not fit together. */
export function arraysReader(name: string, spec: ArraysSpec, h5: ArrayFile): DatasetReader {
  const counts = partsOf(h5, spec.counts);
  for (const { path } of counts) {
    const shape = h5.shape(path);
    if (shape.length !== 3) {
      const what = `The counts have shape ${shapeText(shape)}, but trials × bins × channels were expected.`;
      throw mismatch(`${h5.file}:${path}`, what);
    }
  }
  const [, nBins, nChannels] = h5.shape(counts[0]!.path) as [number, number, number];
  const trialShape = [["bins", nBins] as const, ["channels", nChannels] as const];
  expectShape(h5, spec.counts, "counts", counts, trialShape);
  if (spec.truth) expectShape(h5, spec.truth, "truth", counts, trialShape);
  /** Checks a field of trials × bins × its own width, and gives that width; 0 where there is none. */
  const widthOf = (field: H5Spec["states"], name: string, axis: string): number => {
    if (field === undefined) return 0;
    expectShape(h5, field, name, counts, [
      ["bins", nBins],
      [axis, h5.shape(partsOf(h5, field)[0]!.path)[2]],
    ]);
    return h5.shape(partsOf(h5, field)[0]!.path)[2]!;
  };
  const nExternalInputs = widthOf(spec.externalInputs, "external input", "inputs");
  const nStates = widthOf(spec.states, "array of states", "states");
  const nBehavior = widthOf(spec.behavior, "behavior", "dimensions");
  if (spec.condition) expectShape(h5, spec.condition, "condition", counts, []);
  const { binMs, timeVecMs } = readTime(h5, spec, nBins);
  const split = ownSplit(h5, spec, counts);
  const nAll = counts.reduce((sum, part) => sum + part.rows, 0);
  // A split by indices of one array orders the reader's trials; otherwise they stand in the file's order.
  const rows = split && counts.length === 1 ? [...split.train, ...split.valid].map((number) => number - 1) : undefined;
  const order = rows ?? Array.from({ length: nAll }, (_, i) => i);
  const truthScale = spec.truthUnit === "countsPerBin" ? 1 : binMs / 1000;
  const conditions = spec.condition && readConditions(h5, spec.condition);
  const alignment = readAlignment(h5, spec, nChannels);
  return {
    file: h5.file,
    info: {
      name,
      nTrials: order.length,
      nChannels,
      nBins,
      binMs,
      hasTruth: spec.truth !== undefined,
      hasConditions: conditions !== undefined,
      nExternalInputs,
      ...(nStates > 0 ? { nStates } : {}),
      ...(nBehavior > 0 ? { nBehavior } : {}),
      alignmentFactors: alignment ? alignment.matrix.length / nChannels : null,
      split: split ? { train: split.train.length, valid: split.valid.length } : null,
    },
    timeVecMs,
    ...(conditions ? { conditions: order.map((row) => conditions[row]!) } : {}),
    ...(alignment ? { alignment } : {}),
    ...(split ? { split } : {}),
    notes: [],
    originOf(trial, field) {
      const row = order[trial]!;
      const of = spec[field === "heldOut" ? "counts" : field]!;
      if (typeof of === "string") return { path: of, trial: row + 1 };
      const nTrain = counts[0]!.rows;
      return row < nTrain ? { path: of.train, trial: row + 1 } : { path: of.valid, trial: row - nTrain + 1 };
    },
    readTrials(start, count) {
      const wanted = order.slice(start, start + count);
      const truth = spec.truth && readRows(h5, spec.truth, wanted).map((rate) => rate * truthScale);
      const externalInputs = spec.externalInputs && readRows(h5, spec.externalInputs, wanted);
      const states = spec.states && readRows(h5, spec.states, wanted);
      const behavior = spec.behavior && readRows(h5, spec.behavior, wanted);
      return {
        counts: readRows(h5, spec.counts, wanted),
        ...(truth ? { truth } : {}),
        ...(externalInputs ? { externalInputs } : {}),
        ...(states ? { states } : {}),
        ...(behavior ? { behavior } : {}),
      };
    },
    close: () => h5.close(),
  };
}

/** Rows of a field's arrays laid end to end, in the order wanted; neighbours are read together. */
function readRows(h5: ArrayFile, field: NonNullable<H5Spec["counts"]>, wanted: readonly number[]): Float64Array {
  const parts = partsOf(h5, field);
  const rowSize = h5
    .shape(parts[0]!.path)
    .slice(1)
    .reduce((size, length) => size * length, 1);
  const values = new Float64Array(wanted.length * rowSize);
  for (let i = 0; i < wanted.length; ) {
    const row = wanted[i]!;
    const [part, first] = row < parts[0]!.rows ? [parts[0]!, 0] : [parts[1]!, parts[0]!.rows];
    let end = i + 1;
    while (end < wanted.length && wanted[end] === row + end - i && wanted[end]! < first + part.rows) end++;
    values.set(h5.readFloat64Rows(part.path, row - first, end - i), i * rowSize);
    i = end;
  }
  return values;
}

function readConditions(h5: ArrayFile, field: NonNullable<H5Spec["condition"]>): (string | number)[] {
  return partsOf(h5, field).flatMap(({ path }): (string | number)[] =>
    h5.dtype(path) === "string" ? h5.readStrings(path) : [...h5.readFloat64(path)],
  );
}

function readAlignment(h5: ArrayFile, spec: ArraysSpec, nChannels: number): Alignment | undefined {
  if (spec.alignmentMatrix === undefined) return undefined;
  const read = (path: string, name: string, fits: (shape: readonly number[]) => boolean, wanted: string) => {
    const where = `${h5.file}:${path}`;
    const shape = h5.shape(path);
    if (!fits(shape)) throw mismatch(where, `The ${name} has shape ${shapeText(shape)}, but ${wanted} were expected.`);
    const values = h5.readFloat64(path);
    if (!values.every(Number.isFinite)) throw mismatch(where, `The ${name} holds values that are NaN or infinite.`);
    return values;
  };
  const isMatrix = ([rows, columns = 0, ...more]: readonly number[]) =>
    rows === nChannels && columns > 0 && more.length === 0;
  const matrix = read(spec.alignmentMatrix, "alignment matrix", isMatrix, `${nChannels} channels × factors`);
  if (spec.alignmentBias === undefined) return { matrix };
  const isVector = ([length, ...more]: readonly number[]) => length === nChannels && more.length === 0;
  return { matrix, bias: read(spec.alignmentBias, "alignment bias", isVector, `${nChannels} channels`) };
}

/** Bin width and centres: from the time vector (centres or edges, T values), or from the width alone. */
function readTime(h5: ArrayFile, spec: ArraysSpec, nBins: number): { binMs: number; timeVecMs: Float64Array } {
  if (spec.time === undefined) {
    const { binMs } = spec;
    if (binMs === undefined)
      throw mismatch(h5.file, "The width of a bin is not known.", "Give `binMs` or `time` in the lfadsfile.");
    return { binMs, timeVecMs: Float64Array.from({ length: nBins }, (_, t) => (t + 0.5) * binMs) };
  }
  const where = `${h5.file}:${spec.time}`;
  const timeVecMs = h5.readFloat64(spec.time);
  if (timeVecMs.length !== nBins) {
    const what = `The time has ${timeVecMs.length} values, but the counts have ${nBins} bins.`;
    throw mismatch(where, what, countsHint(h5, partsOf(h5, spec.counts)[0]!));
  }
  const binMs = nBins > 1 ? (timeVecMs[nBins - 1]! - timeVecMs[0]!) / (nBins - 1) : spec.binMs;
  if (binMs === undefined) throw mismatch(where, "One bin does not tell its width.", "Give `binMs` in the lfadsfile.");
  for (let t = 1; t < nBins; t++) {
    const step = timeVecMs[t]! - timeVecMs[t - 1]!;
    if (!(binMs > 0 && Math.abs(step - binMs) <= 1e-3 * binMs)) {
      const what = `The time is not evenly spaced: from bin ${t} to bin ${t + 1} it moves by ${step} ms.`;
      throw mismatch(where, what, "Bins must have one width; times are in ms.");
    }
  }
  const given = spec.binMs ?? binMs;
  if (Math.abs(given - binMs) > 1e-3 * binMs) {
    throw mismatch(where, `The time moves by ${binMs} ms a bin, but binMs is ${given}.`, "Times are in ms.");
  }
  return { binMs: spec.binMs ?? Number(binMs.toPrecision(9)), timeVecMs };
}
