import type { SessionsDefinition } from "#lib/sources/define-made.js";
import type {
  H5Definition,
  MatDefinition,
  NpzDefinition,
  NwbDefinition,
  SourceDefinition,
} from "#lib/sources/define-sources.js";
import type { Problem } from "./problem.js";

/** What the schema cannot say of a source: options that must fit each other. */
export function checkSource(source: SourceDefinition, place: readonly string[]): Problem[] {
  switch (source.kind) {
    case "lorenz": {
      const [least, most] = source.channels;
      if (least <= most) return [];
      return [{ place: [...place, "channels"], what: `channels is [${least}, ${most}], but the least comes first.` }];
    }
    case "chaoticRnn": {
      const { durationMs, binMs } = source;
      if (Math.abs(durationMs / binMs - Math.round(durationMs / binMs)) < 1e-6) return [];
      const what = `durationMs is ${durationMs}, which is no whole number of bins of ${binMs} ms.`;
      return [{ place: [...place, "durationMs"], what }];
    }
    case "h5":
      return checkArrays(source, place);
    case "mat":
      return [...checkArrays(source, place), ...checkMat(source, place)];
    case "npz":
      return checkNpz(source, place);
    case "nwb":
      return checkNwb(source, place);
    case "loader":
      return checkSessions(source, place);
    case "command":
      return [...checkSessions(source, place), ...checkArrays({ ...source.layout, kind: source.kind }, place)];
  }
}

function checkSessions(
  { kind, patterns, sessions }: SessionsDefinition & { kind: string },
  place: readonly string[],
): Problem[] {
  if (patterns.length > 0 || sessions) return [];
  const hint =
    'Name the files, as in datasets: "*.csv"; or the datasets, as in datasets: { monday: ["a.csv", "b.csv"] }.';
  return [{ place, what: `${kind} is not told of which datasets.`, hint }];
}

function checkMat(source: MatDefinition, place: readonly string[]): Problem[] {
  const { align, cut, windowMs, indices, counts } = source;
  if (windowMs === undefined) {
    if (align === undefined) return [];
    const hint = "Add windowMs: [from, to], in ms around the event.";
    return [{ place: [...place, "align"], what: "align is given without a window.", hint }];
  }
  const at = [...place, "windowMs"];
  const [from, to] = windowMs;
  if (from >= to) return [{ place: at, what: `windowMs is [${from}, ${to}], but it must end after it begins.` }];
  if (cut !== undefined) return [{ place: [...place, "cut"], what: "cut and windowMs both say which bins are read." }];
  if (typeof counts === "object" || indices !== undefined) {
    return [{ place: at, what: "windowMs may leave trials out, which a split of the file's own does not allow." }];
  }
  return [];
}

function checkNpz(source: NpzDefinition, place: readonly string[]): Problem[] {
  const npy = source.patterns.filter((pattern) => pattern.endsWith(".npy"));
  const settings = ["kind", "patterns", "nameOf", "binMs", "axes", "truthUnit", "heldOut", "decode"];
  const extra = Object.keys(source).find((option) => npy.length > 0 && !settings.includes(option));
  if (extra !== undefined) {
    const what = `A .npy file holds the counts alone, but ${extra} is given.`;
    return [{ place: [...place, extra], what, hint: "Leave it out, or save several arrays as a .npz file." }];
  }
  if (npy.length < source.patterns.length && source.counts === undefined) {
    const hint = "Add counts, the name of the array of counts. Files called *.npy need none.";
    return [{ place, what: "npz is not told which array holds the counts.", hint }];
  }
  return checkArrays(source, place);
}

type ArraysOptions = Omit<H5Definition | NpzDefinition, "kind" | "patterns" | "nameOf"> & { readonly kind: string };

/** What the sources of arrays by name have in common. */
function checkArrays(source: ArraysOptions, place: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  if (source.time === undefined && source.binMs === undefined) {
    problems.push({
      place,
      what: `${source.kind} is told neither how wide the bins are nor where their times are.`,
      hint: "Add binMs, the width in ms, or time, the path of the times in ms.",
    });
  }
  const isSplit = typeof source.counts === "object";
  for (const key of ["truth", "condition", "externalInputs", "states", "behavior"] as const) {
    if (source[key] === undefined || (typeof source[key] === "object") === isSplit) continue;
    const what = isSplit
      ? `counts has train and valid, so ${key} must be { train, valid } too.`
      : `${key} has train and valid, so counts must be { train, valid } too.`;
    problems.push({ place: [...place, key], what });
  }
  if (source.alignmentBias !== undefined && source.alignmentMatrix === undefined) {
    problems.push({
      place: [...place, "alignmentBias"],
      what: "The alignment bias belongs to a matrix.",
      hint: "Add alignmentMatrix, the path of the matrix, channels × factors.",
    });
  }
  if (source.indices && !isSplit) {
    problems.push({ place: [...place, "indices"], what: "The indices belong to counts with train and valid." });
  }
  return problems;
}

function checkNwb(source: NwbDefinition, place: readonly string[]): Problem[] {
  const [from, to] = source.window;
  const at = [...place, "window"];
  if (from >= to) return [{ place: at, what: `window is [${from}, ${to}], but it must end after it begins.` }];
  const bins = ((to - from) * 1000) / source.binMs;
  if (Math.abs(bins - Math.round(bins)) < 1e-6) return [];
  return [
    { place: at, what: `The window of ${(to - from) * 1000} ms is no whole number of bins of ${source.binMs} ms.` },
  ];
}
