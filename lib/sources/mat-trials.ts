/** Arrays of a MAT file that hold something for every trial, bin and channel. */
import { gather } from "#lib/mat/gather.js";
import type { MatEntry } from "#lib/mat/mat-entry.js";
import { describe, type MatPlace } from "#lib/mat/mat-path.js";
import { mismatch, shapeText } from "./h5-layout.js";
import type { ArrayAxis } from "./source-spec.js";

export interface MatTrials {
  /** Number of bins of each trial. */
  readonly lengths: readonly number[];
  /** Channels, or inputs, states and so on. */
  readonly width: number;
  /** `count` trials from `trial` on, of each the bins from `from` on: trials × bins × width. */
  read(trial: number, count: number, from: number, bins: number): Float64Array;
}

/** Opens one array of all trials, or one for each. Throws FailureError `data` for what holds no numbers or other axes. */
export function matTrials(place: MatPlace, axes: readonly ArrayAxis[], where: string): MatTrials {
  return "one" in place ? ofOneArray(place.one, axes, where) : ofEachTrial(place.each, axes, where);
}

function ofOneArray(entry: MatEntry, axes: readonly ArrayAxis[], where: string): MatTrials {
  expectNumbers(entry, where);
  // MATLAB keeps no last axis of length 1, which a single channel or trial may be; a single bin is no recording.
  const padded = entry.shape.length === 2 && axes[2] !== "time" ? [...entry.shape, 1] : entry.shape;
  if (padded.length !== 3) {
    const what = `The array has shape ${shapeText(entry.shape)}, but ${axes.join(" × ")} were expected.`;
    throw mismatch(where, what, "Say with axes in mat(…) which axis is which.");
  }
  const [trials, time, channels] = (["trials", "time", "channels"] as const).map((axis) => axes.indexOf(axis)) as [
    ...[number, number, number],
  ];
  const [bins, width] = [padded[time]!, padded[channels]!];
  const newValues = (count: number, wanted: number) => new Float64Array(count * wanted * width);
  return {
    lengths: new Array<number>(padded[trials]!).fill(bins),
    width,
    read: (trial, count, from, wanted) => {
      const order = [trials, time, channels].filter((axis) => axis < entry.shape.length);
      const isCut = trials < entry.shape.length;
      const slab = isCut ? entry.slab(trials, trial, count, order) : entry.slab(0, 0, entry.shape[0]!, order);
      return gather(slab, [count, wanted, width], [bins * width, width, 1], from * width, newValues(count, wanted));
    },
  };
}

function ofEachTrial(entries: readonly MatEntry[], axes: readonly ArrayAxis[], where: string): MatTrials {
  const [first, second] = axes.filter((axis) => axis !== "trials");
  const time = first === "time" ? 0 : 1;
  const width = entries[0]?.shape[1 - time] ?? 0;
  entries.forEach((entry, trial) => {
    expectNumbers(entry, `${where} of trial ${trial + 1}`);
    const [shape, expected] = [entry.shape, [first, second].join(" × ")];
    if (shape.length !== 2) {
      throw mismatch(where, `Trial ${trial + 1} has shape ${shapeText(shape)}, but ${expected} were expected.`);
    }
    if (shape[1 - time] !== width) {
      const what = `Trial ${trial + 1} has ${shape[1 - time]} channels (shape ${shapeText(shape)}), but trial 1 has ${width}.`;
      throw mismatch(where, what, `Trials are read as ${expected}; say with axes in mat(…) if they are not.`);
    }
  });
  return {
    lengths: entries.map(({ shape }) => shape[time]!),
    width,
    read: (trial, count, from, bins) => {
      const values = new Float64Array(count * bins * width);
      for (let i = 0; i < count; i++) {
        values.set(entries[trial + i]!.slab(time, from, bins, [time, 1 - time]), i * bins * width);
      }
      return values;
    },
  };
}

/** Throws FailureError `data` where an entry holds no real numbers. */
export function expectNumbers(entry: MatEntry, where: string): void {
  if (entry.isComplex) throw mismatch(where, `Real numbers were expected, but it is a ${describe(entry)}.`);
  switch (entry.class) {
    case "struct": {
      const hint =
        entry.fields.length > 0 ? `Name one of its fields with a dot: ${entry.fields.join(", ")}.` : undefined;
      throw mismatch(where, `Numbers were expected, but it is a ${describe(entry)}.`, hint);
    }
    case "char":
    case "cell":
      throw mismatch(where, `Numbers were expected, but it is a ${describe(entry)}.`);
    case "function":
    case "object": {
      const hint = "Only MATLAB reads its objects: save numbers, text with cellstr(…), tables with table2struct(…).";
      throw mismatch(where, `Numbers were expected, but it is a ${describe(entry)}.`, hint);
    }
  }
}
