import { FailureError } from "#lib/failure.js";
import type { DatasetReader, Trials } from "./dataset-reader.js";
import { trialsAtOnce } from "./dataset-reader.js";

type Field = keyof Trials;
/** The largest number up to which the model's 32-bit floats hold every whole number. */
const MOST = 2 ** 24;

type Offence = "NaN or infinite" | "infinite" | "negative" | "fractional" | `above ${number}`;

interface Finding {
  readonly path: string;
  readonly field: Field;
  readonly offence: Offence;
  /** Trial, bin and channel of the first one, counted from 1. */
  readonly first: readonly [trial: number, bin: number, channel: number];
  count: number;
}

export interface CheckedDataset {
  /** Sentences to log, such as which channels never fire. */
  readonly notes: readonly string[];
  /** See DatasetInfo. */
  readonly notCounts: string | null;
  /** The largest count, or value where they are no counts. */
  readonly largest: number;
}

/**
 * Looks at every value of a dataset, slice by slice. Throws FailureError `data` for what no model can take. Trials, bins
 * and channels are counted from 1 in messages.
 * @param onProgress Called after each slice with the part done, 0…1. May throw to stop.
 */
export function checkDataset(reader: DatasetReader, onProgress: (done: number) => void): CheckedDataset {
  const { info } = reader;
  const check = new DatasetCheck(reader);
  const step = trialsAtOnce(info);
  for (let start = 0; start < info.nTrials; start += step) {
    const count = Math.min(step, info.nTrials - start);
    check.add(start, reader.readTrials(start, count));
    onProgress((start + count) / info.nTrials);
  }
  return check.finish();
}

class DatasetCheck {
  readonly #reader: DatasetReader;
  readonly #unusable = new Map<string, Finding>();
  readonly #notCounts = new Map<string, Finding>();
  readonly #fired: Uint8Array;
  #largest = 0;

  constructor(reader: DatasetReader) {
    this.#reader = reader;
    this.#fired = new Uint8Array(reader.info.nChannels);
  }

  /** `trials` are those from `start` on of the reader. */
  add(start: number, trials: Trials): void {
    const { nChannels, nExternalInputs, nHeldOut = 0, nStates = 0, nBehavior = 0 } = this.#reader.info;
    const { counts, heldOut, truth, externalInputs, states, behavior } = trials;
    for (let i = 0, channel = 0; i < counts.length; i++) {
      const value = counts[i]!;
      if (value > this.#largest) this.#largest = value;
      if (value !== 0) this.#fired[channel] = 1;
      if (!isCount(value)) this.#found("counts", start, i, nChannels, value);
      channel = channel + 1 === nChannels ? 0 : channel + 1;
    }
    const check = (field: Field, values: Float64Array | undefined, width: number, fits: (value: number) => boolean) => {
      if (!values) return;
      for (let i = 0; i < values.length; i++) {
        if (!fits(values[i]!)) this.#found(field, start, i, width, values[i]!);
      }
    };
    check("heldOut", heldOut, nHeldOut, isCount);
    check("truth", truth, nChannels, (value) => value >= 0 && value < Infinity);
    check("externalInputs", externalInputs, nExternalInputs, isFloat32);
    check("states", states, nStates, isKnownOrNaN);
    check("behavior", behavior, nBehavior, isKnownOrNaN);
  }

  finish(): CheckedDataset {
    const unusable = [...this.#unusable.values()];
    if (unusable.length > 0) {
      const paths = new Set(unusable.map(({ path }) => path));
      const { file } = this.#reader;
      throw new FailureError({
        kind: "data",
        what: unusable.map((finding) => sentence(finding, paths.size > 1)).join(" "),
        where: paths.size === 1 ? `${file}:${unusable[0]!.path}` : file,
        hint: "Trials, bins and channels are counted from 1. Mend these values, or leave their trials out.",
      });
    }
    const notCounts = [...this.#notCounts.values()].map((finding) => sentence(finding, true));
    return {
      notes: this.#silent(),
      notCounts: notCounts.length === 0 ? null : notCounts.join(" "),
      largest: this.#largest,
    };
  }

  #silent(): string[] {
    const silent = [...this.#fired].flatMap((fired, channel) => (fired ? [] : [this.#columnNumber("counts", channel)]));
    if (silent.length === 0) return [];
    const subject = silent.length === 1 ? "Channel" : "Channels";
    const verb = silent.length === 1 ? "never fires" : "never fire";
    return [`${subject} ${silent.join(", ")} of ${this.#reader.info.name} ${verb}.`];
  }

  /** Number of a field's column, from 1; of a channel the one that the recording has. */
  #columnNumber(field: Field, index: number): number {
    const { channels } = this.#reader;
    const numbers = field === "heldOut" ? channels?.heldOut : channels?.heldIn;
    const ofChannels = field === "counts" || field === "heldOut" || field === "truth";
    return (ofChannels ? numbers?.[index] : undefined) ?? index + 1;
  }

  #found(field: Field, start: number, index: number, width: number, value: number): void {
    const { nBins } = this.#reader.info;
    const offence = offenceOf(field, value);
    const findings = isFloat32(value) ? this.#notCounts : this.#unusable;
    const { path, trial } = this.#reader.originOf(start + Math.floor(index / (nBins * width)), field);
    const key = `${path} ${field} ${offence}`;
    const known = findings.get(key);
    if (known) known.count += 1;
    else {
      const column = this.#columnNumber(field, index % width);
      const first = [trial, (Math.floor(index / width) % nBins) + 1, column] as const;
      findings.set(key, { path, field, offence, first, count: 1 });
    }
  }
}

const isCount = (value: number) => value >= 0 && value <= MOST && value % 1 === 0;

const isKnownOrNaN = (value: number) => Number.isFinite(value) || Number.isNaN(value);

/** Whether it is a number to the engine, whose floats have 32 bits. */
function isFloat32(value: number): boolean {
  return Number.isFinite(Math.fround(value));
}

function offenceOf(field: Field, value: number): Offence {
  if (field === "states" || field === "behavior") return "infinite";
  if (!isFloat32(value)) return "NaN or infinite";
  if (value < 0) return "negative";
  return value > MOST ? `above ${MOST}` : "fractional";
}

const nouns: Record<Field, readonly [value: string, column: string]> = {
  counts: ["count", "channel"],
  heldOut: ["count", "channel"],
  truth: ["true rate", "channel"],
  externalInputs: ["external input", "input"],
  states: ["state", "state"],
  behavior: ["behavior value", "dimension"],
};

function sentence({ path, field, offence, first, count }: Finding, withPath: boolean): string {
  const [trial, bin, channel] = first;
  const [value, column] = nouns[field];
  const subject = count === 1 ? `1 ${value} is` : `${count} ${value}s are`;
  const place = `in trial ${trial}, bin ${bin}, ${column} ${channel}`;
  return `${withPath ? `${path}: ` : ""}${subject} ${offence}, ${count === 1 ? "" : "the first "}${place}.`;
}
