/** Which bins of which trials are read, so that all have one length. */
import { mismatch } from "./h5-layout.js";
import { leftOut } from "./left-out.js";

export interface MatWindow {
  readonly nBins: number;
  /** The trials that are read, from 0, and the bin that each begins with. */
  readonly trials: readonly number[];
  readonly firstBins: readonly number[];
  /** Of the bins that are read, where the window says them. */
  readonly timeVecMs?: Float64Array;
  readonly notes: readonly string[];
}

/** All bins of all trials; of unequal ones, where that is wanted, the first as far as the shortest goes. */
export function wholeTrials(lengths: readonly number[], cut: "shortest" | undefined, where: string): MatWindow {
  const nBins = lengths.length === 0 ? 0 : lengths.reduce((least, length) => Math.min(least, length));
  const other = lengths.findIndex((length) => length !== nBins);
  if (other >= 0 && cut === undefined) {
    const most = lengths.reduce((most, length) => Math.max(most, length));
    const shortest = lengths.indexOf(nBins);
    throw mismatch(
      where,
      `The trials have from ${nBins} bins (trial ${shortest + 1}) to ${most} bins (trial ${lengths.indexOf(most) + 1}), but a model needs trials of one length.`,
      'In mat(…), add cut: "shortest", or windowMs: [from, to] with align, the time of an event.',
    );
  }
  return { nBins, trials: lengths.map((_, i) => i), firstBins: lengths.map(() => 0), notes: [] };
}

export interface EventWindow {
  readonly binMs: number;
  readonly windowMs: readonly [number, number];
  /** Time of each trial's first bin, and of its event. */
  readonly starts: ArrayLike<number>;
  readonly events: ArrayLike<number>;
  /** What the events are called in messages. */
  readonly eventName: string;
}

/** A window around each trial's event, to the nearest bin; trials that do not span it are left out, with a note. */
export function windowedTrials(lengths: readonly number[], window: EventWindow, where: string): MatWindow {
  const { binMs, windowMs, starts, events, eventName } = window;
  const [from, to] = windowMs;
  const nBins = Math.round((to - from) / binMs);
  if (Math.abs((to - from) / binMs - nBins) > 1e-6) {
    throw mismatch(where, `The window of ${to - from} ms is no whole number of bins of ${binMs} ms.`);
  }
  const firstBins = lengths.map((_, i) => Math.round((events[i]! + from - starts[i]!) / binMs));
  const all = lengths.map((_, i) => i);
  const unknown = all.filter((i) => !Number.isFinite(events[i]!));
  const short = all.filter((i) => firstBins[i]! < 0 || firstBins[i]! + nBins > lengths[i]!);
  const trials = all.filter((i) => !unknown.includes(i) && !short.includes(i));
  if (trials.length === 0 && lengths.length > 0) {
    const begins = starts[0]! - events[0]!;
    const spans = `${Number(begins.toPrecision(9))} to ${Number((begins + lengths[0]! * binMs).toPrecision(9))} ms`;
    const hint = `Trial 1 spans ${spans}${eventName === "" ? "" : ` around ${eventName}`}.`;
    throw mismatch(where, `No trial spans the window of ${from} to ${to} ms.`, hint);
  }
  return {
    nBins,
    trials,
    firstBins: trials.map((i) => firstBins[i]!),
    timeVecMs: Float64Array.from({ length: nBins }, (_, t) => from + (t + 0.5) * binMs),
    notes: [
      ...leftOut(unknown, `${eventName} is not known`),
      ...leftOut(short, `the window of ${from} to ${to} ms goes beyond them`),
    ],
  };
}
