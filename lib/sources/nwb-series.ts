import { closestNames } from "#lib/closest-names.js";
import { FailureError } from "#lib/failure.js";
import type { Hdf5File } from "#lib/hdf5/open-hdf5.js";
import { binSamples } from "./bin-samples.js";
import { firstAtLeast } from "./sorted-times.js";
import type { NwbSeriesSpec } from "./source-spec.js";

/** A TimeSeries of NWB: samples at times of their own or at a rate, with one value or one of several columns each. */
export class NwbSeries {
  readonly #h5: Hdf5File;
  readonly #path: string;
  readonly #maxGapSeconds: number;
  readonly #columns: readonly number[];
  readonly #nColumns: number;
  readonly #times: SampleTimes;
  readonly #conversion: number;
  readonly #offset: number;

  constructor(h5: Hdf5File, spec: NwbSeriesSpec) {
    this.#h5 = h5;
    this.#path = spec.series.replace(/^\/+|\/+$/g, "");
    this.#maxGapSeconds = spec.maxGapMs / 1000;
    const data = `${this.#path}/data`;
    if (!h5.has(data)) throw missing(h5, this.#path);
    const [length = 0, width = 1, ...more] = h5.shape(data);
    if (more.length > 0) {
      throw broken(
        h5,
        data,
        `The series has shape ${h5.shape(data).join(" × ")}, but samples × columns were expected.`,
      );
    }
    this.#nColumns = width;
    this.#columns = spec.columns ?? Array.from({ length: width }, (_, i) => i);
    const beyond = this.#columns.find((column) => column >= width);
    if (beyond !== undefined) {
      const what = `The series has no column ${beyond}: it has ${width}, counted from 0.`;
      throw broken(h5, data, what);
    }
    this.#times = timesOf(h5, this.#path, length);
    this.#conversion = numberOf(h5.attribute(data, "conversion"), 1);
    this.#offset = numberOf(h5.attribute(data, "offset"), 0);
  }

  /** Number of columns that are asked for. */
  get width(): number {
    return this.#columns.length;
  }

  /** First and last sample, in seconds; undefined where there is none. */
  get span(): readonly [first: number, last: number] | undefined {
    const { length, at } = this.#times;
    return length === 0 ? undefined : [at(0), at(length - 1)];
  }

  /** Bins × columns from `start` on, NaN where the value is not known; see `binSamples`. */
  bins(start: number, count: number, widthSeconds: number): Float64Array {
    const maxGap = this.#maxGapSeconds;
    const end = start + count * widthSeconds;
    // A bin more on both sides, for samples that are on an edge or a gap apart but for their last bits.
    const first = this.#times.firstAtLeast(start - maxGap - widthSeconds);
    const last = this.#times.firstAtLeast(end + maxGap + widthSeconds);
    const times = Float64Array.from({ length: last - first }, (_, i) => this.#times.at(first + i));
    const stored = last > first ? this.#h5.readFloat64Rows(`${this.#path}/data`, first, last - first) : [];
    const { width } = this;
    const values = new Float64Array(times.length * width);
    for (let sample = 0; sample < times.length; sample++) {
      for (let i = 0; i < width; i++) {
        const value = stored[sample * this.#nColumns + this.#columns[i]!]!;
        values[sample * width + i] = value * this.#conversion + this.#offset;
      }
    }
    return binSamples({ times, values }, width, { start, widthSeconds, count }, maxGap);
  }
}

/** Ascending times of samples, in seconds. */
interface SampleTimes {
  readonly length: number;
  at(sample: number): number;
  /** The first sample at or after a time; the number of samples where none is. */
  firstAtLeast(seconds: number): number;
}

function timesOf(h5: Hdf5File, path: string, length: number): SampleTimes {
  if (h5.has(`${path}/timestamps`)) {
    const times = h5.readFloat64(`${path}/timestamps`);
    if (times.length !== length) {
      const what = `The series has ${times.length} timestamps, but ${length} samples.`;
      throw broken(h5, `${path}/timestamps`, what, "Its data must be samples × columns.");
    }
    const bad = times.findIndex((time, i) => !(time >= (times[i - 1] ?? -Infinity)) || !Number.isFinite(time));
    if (bad >= 0) {
      const what = `The timestamps do not ascend: sample ${bad + 1} is at ${times[bad]} s.`;
      throw broken(h5, `${path}/timestamps`, what);
    }
    return { length, at: (sample) => times[sample]!, firstAtLeast: (seconds) => firstAtLeast(times, seconds) };
  }
  const rate = h5.has(`${path}/starting_time`) ? numberOf(h5.attribute(`${path}/starting_time`, "rate"), 0) : 0;
  if (!(rate > 0)) throw broken(h5, path, "The series has neither timestamps nor a starting time with a rate.");
  const start = h5.readFloat64(`${path}/starting_time`)[0]!;
  const at = (sample: number): number => start + sample / rate;
  const within = (sample: number): number => Math.min(length, Math.max(0, sample));
  return {
    length,
    at,
    firstAtLeast(seconds) {
      let sample = within(Math.floor((seconds - start) * rate) - 1);
      while (sample < length && at(sample) < seconds) sample++;
      return sample;
    },
  };
}

function numberOf(value: unknown, absent: number): number {
  const [number] = ArrayBuffer.isView(value) || Array.isArray(value) ? (value as Float64Array) : [value];
  return number === undefined || number === null ? absent : Number(number);
}

function missing(h5: Hdf5File, path: string): FailureError {
  const series = h5
    .paths()
    .filter((dataset) => dataset.endsWith("/data"))
    .map((dataset) => dataset.slice(0, -"/data".length));
  const closest = closestNames(path, series);
  const shown = closest.slice(0, 8).join(", ") + (closest.length > 8 ? `, and ${closest.length - 8} more` : "");
  const hint = closest.length > 0 ? `Its series, closest first: ${shown}.` : "It holds no series at all.";
  return broken(h5, path, "The NWB file has no such series.", hint);
}

function broken(h5: Hdf5File, path: string, what: string, hint?: string): FailureError {
  return new FailureError({ kind: "data", what, where: `${h5.file}:${path}`, ...(hint ? { hint } : {}) });
}
