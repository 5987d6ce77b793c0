import { closestNames } from "#lib/closest-names.js";
import { FailureError } from "#lib/failure.js";
import type { LoadedTrials, TrialsArray } from "./loaded-trials.js";

/** Checked: E trials, T bins; arrays row-major, trials × bins × width. */
export interface CheckedTrials {
  readonly nTrials: number;
  readonly nBins: number;
  readonly counts: LoadedArray;
  readonly binMs: number | undefined;
  readonly timeVecMs: Float64Array;
  readonly conditions: Float64Array | readonly string[] | undefined;
  /** Expected counts per bin. */
  readonly truth: LoadedArray | undefined;
  readonly externalInputs: LoadedArray | undefined;
  readonly states: LoadedArray | undefined;
  readonly behavior: LoadedArray | undefined;
}

export interface LoadedArray {
  readonly values: Float64Array;
  /** Channels or inputs. */
  readonly width: number;
}

const known = "counts binMs timeVecMs conditionId truth truthUnit externalInputs states behavior".split(" ");

/** Arrays, and what stands on their second axis. */
const sides = {
  counts: ["channel", "channels"],
  truth: ["channel", "channels"],
  externalInputs: ["input", "inputs"],
  states: ["dimension", "dimensions"],
  behavior: ["dimension", "dimensions"],
} as const;
type Field = keyof typeof sides;
/** Not known for all bins. */
const mayBeNaN: ReadonlySet<Field> = new Set(["states", "behavior"]);

/** What a loader returned as arrays of one form. Throws FailureError `data`; `where` is the loader as messages name it. */
export function checkLoaded(returned: unknown, where: string): CheckedTrials {
  const fail = (what: string, hint?: string): never => {
    throw new FailureError({ kind: "data", what, where, ...(hint === undefined ? {} : { hint }) });
  };
  if (typeof returned !== "object" || returned === null || Array.isArray(returned)) {
    fail(`The loader returned ${shown(returned)}, but an object is expected.`, "As in: return { counts, binMs: 1 }");
  }
  const given = returned as LoadedTrials;
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    const [closest] = closestNames(unknown, known, 4);
    const guess = closest === undefined ? `It takes ${known.join(", ")}.` : `Did you mean ${closest}?`;
    fail(`The loader returned "${unknown}", which means nothing here.`, guess);
  }
  if (given.counts === undefined) fail("The loader returned no counts.", "They are trials × channels × bins.");
  const array = (name: Field) => arrayOf(given[name]!, name, fail);
  const { nTrials, nBins, ...counts } = array("counts");
  const alike = (name: Field, channels?: number) => {
    if (given[name] === undefined) return undefined;
    const other = array(name);
    if (other.nTrials !== nTrials || other.nBins !== nBins || (channels ?? other.width) !== other.width) {
      const is = `${other.nTrials} × ${other.width} × ${other.nBins}`;
      const wanted = `${nTrials} trials × ${channels === undefined ? sides[name][1] : `${channels} channels`} × ${nBins} bins`;
      fail(`${name} is ${is}, but the counts ask for ${wanted}.`);
    }
    return { values: other.values, width: other.width };
  };
  const timeVecMs = timesOf(given, nBins, fail);
  const binMs = given.binMs ?? (nBins > 1 ? (timeVecMs[nBins - 1]! - timeVecMs[0]!) / (nBins - 1) : Number.NaN);
  const { truthUnit = "hz" } = given;
  if (!["hz", "countsPerBin"].includes(truthUnit))
    fail(`truthUnit is ${shown(truthUnit)}, but must be "hz" or "countsPerBin".`);
  const truth = alike("truth", counts.width);
  const scale = truthUnit === "hz" ? binMs / 1000 : 1;
  return {
    nTrials,
    nBins,
    counts,
    binMs: given.binMs,
    timeVecMs,
    conditions: conditionsOf(given.conditionId, nTrials, fail),
    truth: truth && { ...truth, values: truth.values.map((rate) => rate * scale) },
    externalInputs: alike("externalInputs"),
    states: alike("states"),
    behavior: alike("behavior"),
  };
}

type Fail = (what: string, hint?: string) => never;

function timesOf({ binMs, timeVecMs }: LoadedTrials, nBins: number, fail: Fail): Float64Array {
  if (binMs !== undefined && !(typeof binMs === "number" && binMs > 0 && binMs < Infinity)) {
    fail(`binMs is ${shown(binMs)}, but must be a number of milliseconds above 0.`);
  }
  if (timeVecMs === undefined) {
    if (binMs === undefined)
      fail("The loader returned neither binMs nor timeVecMs.", "Say how wide a bin is: binMs: 1");
    return Float64Array.from({ length: nBins }, (_, t) => (t + 0.5) * binMs!);
  }
  if (timeVecMs.length !== nBins) fail(`timeVecMs has ${timeVecMs.length} values, but the counts have ${nBins} bins.`);
  if (nBins === 1 && binMs === undefined) fail("One bin does not tell its width.", "Return binMs, too.");
  const times = Float64Array.from(timeVecMs);
  if (!times.every(Number.isFinite)) fail("timeVecMs holds values that are NaN or infinite.");
  return times;
}

function conditionsOf(given: LoadedTrials["conditionId"], nTrials: number, fail: Fail) {
  if (given === undefined) return undefined;
  if (given.length !== nTrials) fail(`conditionId has ${given.length} values, but the counts have ${nTrials} trials.`);
  const values = Array.from<number | string>(given);
  if (values.every((value) => typeof value === "number")) return Float64Array.from(values as number[]);
  const odd = values.findIndex((value) => typeof value !== "string");
  if (odd >= 0) fail(`conditionId of trial ${odd + 1} is ${shown(values[odd])}, but of others it is text.`);
  return values as string[];
}

/** Values as trials × bins × width. Counts positions from 1 in messages. */
function arrayOf(given: TrialsArray, name: Field, fail: Fail) {
  const { shape, at } = isFlat(given) ? flat(given, name, fail) : nested(given, name, fail);
  const [nTrials, width, nBins] = shape;
  if (nTrials === 0 || width === 0 || nBins === 0) {
    const none = nTrials === 0 ? "trials" : width === 0 ? sides[name][1] : "bins";
    fail(`The dataset is empty: ${name} has no ${none}.`);
  }
  const values = new Float64Array(nTrials * width * nBins);
  for (let trial = 0; trial < nTrials; trial++) {
    for (let channel = 0; channel < width; channel++) {
      for (let bin = 0; bin < nBins; bin++) {
        const value = at(trial, channel, bin);
        if (typeof value !== "number" || !(Number.isFinite(value) || (Number.isNaN(value) && mayBeNaN.has(name)))) {
          fail(
            `${name} is ${shown(value)} in trial ${trial + 1}, ${sides[name][0]} ${channel + 1}, bin ${bin + 1}.`,
            "Values must be finite numbers. Mend it, or leave the trial out.",
          );
        }
        values[(trial * nBins + bin) * width + channel] = value;
      }
    }
  }
  return { nTrials, width, nBins, values };
}

type Shape = readonly [trials: number, width: number, bins: number];
type Shaped = { shape: Shape; at: (trial: number, channel: number, bin: number) => number };

function isFlat(given: TrialsArray): given is Extract<TrialsArray, { data: unknown }> {
  return typeof given === "object" && given !== null && "data" in given;
}

function flat({ data, shape }: Extract<TrialsArray, { data: unknown }>, name: Field, fail: Fail): Shaped {
  const isShape = Array.isArray(shape) && shape.length === 3 && shape.every((n) => Number.isInteger(n) && n >= 0);
  if (!isShape) fail(`The shape of ${name} is ${shown(shape)}, but [trials, channels, bins] is expected.`);
  const [trials, width, bins] = shape;
  const size = trials * width * bins;
  if (data?.length !== size)
    fail(`${name} has ${data?.length} values, but its shape ${shape.join(" × ")} has ${size}.`);
  return { shape, at: (trial, channel, bin) => data[(trial * width + channel) * bins + bin]! };
}

function nested(given: Exclude<TrialsArray, { data: unknown }>, name: Field, fail: Fail): Shaped {
  const isList = (value: unknown): value is ArrayLike<unknown> => Array.isArray(value) || ArrayBuffer.isView(value);
  if (!isList(given)) fail(`${name} is ${shown(given)}, but must be trials × channels × bins.`);
  const [one, side] = sides[name];
  const width = given[0]?.length ?? 0;
  const bins = given[0]?.[0]?.length ?? 0;
  for (const [i, trial] of given.entries()) {
    if (!isList(trial)) fail(`${name} of trial ${i + 1} is ${shown(trial)}, but must be ${side} × bins.`);
    if (trial.length !== width)
      fail(`${name} of trial ${i + 1} has ${trial.length} ${side}, but trial 1 has ${width}.`);
    for (const [j, channel] of trial.entries()) {
      const place = `${name} of trial ${i + 1}, ${one} ${j + 1}`;
      if (!isList(channel)) fail(`${place}, is ${shown(channel)}, but must be a list of bins.`);
      if (channel.length === bins) continue;
      fail(`${place}, has ${channel.length} bins, but there are ${bins} before it.`, "Cut all trials to one length.");
    }
  }
  return { shape: [given.length, width, bins], at: (trial, channel, bin) => given[trial]![channel]![bin]! };
}

function shown(value: unknown): string {
  if (typeof value === "number" || value === undefined) return String(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}
