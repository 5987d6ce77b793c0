import { FailureError } from "#lib/failure.js";
import { RandomStream } from "#lib/random/random-stream.js";
import type { DatasetReader, HeldOutChannels, Trials } from "./dataset-reader.js";
import type { EvaluationSpec } from "./source-spec.js";

/** The dataset without the channels that are held out, whose counts its trials bring as `heldOut`. Throws FailureError `data`. */
export function holdOut(reader: DatasetReader, which: NonNullable<EvaluationSpec["heldOut"]>): DatasetReader {
  const { info, alignment } = reader;
  const channels = splitChannels(reader, which);
  const pick = (values: Float64Array, numbers: readonly number[], width = 1) =>
    pickColumns(values, info.nChannels, numbers, width);
  return {
    ...reader,
    info: { ...info, nChannels: channels.heldIn.length, nHeldOut: channels.heldOut.length },
    channels,
    ...(alignment
      ? {
          alignment: {
            matrix: pick(alignment.matrix, channels.heldIn, alignment.matrix.length / info.nChannels),
            ...(alignment.bias ? { bias: pick(alignment.bias, channels.heldIn) } : {}),
          },
        }
      : {}),
    readTrials(start, count): Trials {
      const trials = reader.readTrials(start, count);
      return {
        ...trials,
        counts: pick(trials.counts, channels.heldIn),
        heldOut: pick(trials.counts, channels.heldOut),
        ...(trials.truth ? { truth: pick(trials.truth, channels.heldIn) } : {}),
      };
    },
  };
}

function splitChannels({ file, info }: DatasetReader, which: NonNullable<EvaluationSpec["heldOut"]>): HeldOutChannels {
  const { name, nChannels } = info;
  const all = Array.from({ length: nChannels }, (_, i) => i + 1);
  const failure = (what: string, hint: string) => new FailureError({ kind: "data", what, where: file, hint });
  const wanted = new Set("fraction" in which ? drawn(nChannels, which.fraction, which.seed ?? 1) : which);
  const unknown = [...wanted].filter((number) => number > nChannels);
  if (unknown.length > 0) {
    const noun = unknown.length === 1 ? "Channel" : "Channels";
    const what = `${noun} ${unknown.join(", ")} to be held out, but ${name} has ${nChannels}.`;
    throw failure(what, "Channels are counted from 1.");
  }
  if (wanted.size === nChannels) {
    throw failure(`All ${nChannels} channels of ${name} are held out: the model would see none.`, "Hold fewer out.");
  }
  return {
    heldIn: all.filter((number) => !wanted.has(number)),
    heldOut: all.filter((number) => wanted.has(number)),
  };
}

/** At least one channel, drawn without replacement (Fisher and Yates). */
function drawn(nChannels: number, fraction: number, seed: number): number[] {
  const numbers = Array.from({ length: nChannels }, (_, i) => i + 1);
  const stream = new RandomStream(seed, heldOutPurpose);
  const count = Math.max(1, Math.round(fraction * nChannels));
  for (let i = 0; i < count; i++) {
    const j = stream.integer(i, nChannels - 1);
    [numbers[i], numbers[j]] = [numbers[j]!, numbers[i]!];
  }
  return numbers.slice(0, count);
}

/** Streams of the made-up recordings have 1 to 9. */
const heldOutPurpose = 10;

/** Of rows × columns × width, the columns with these numbers, from 1. */
function pickColumns(values: Float64Array, nColumns: number, numbers: readonly number[], width: number): Float64Array {
  const nRows = values.length / (nColumns * width);
  const picked = new Float64Array(nRows * numbers.length * width);
  let to = 0;
  for (let row = 0; row < nRows; row++) {
    for (const number of numbers) {
      const from = (row * nColumns + number - 1) * width;
      for (let i = 0; i < width; i++) picked[to++] = values[from + i]!;
    }
  }
  return picked;
}
