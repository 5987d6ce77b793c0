import { encodeValues } from "./encode-values.js";
import { evenly } from "./evenly.js";
import type { CostCurves, Values } from "./report-data.js";

/** What fitlog.csv tells of an epoch, by its columns from 0. */
const columns = {
  trainTotal: 5,
  validTotal: 6,
  trainRecon: 8,
  validRecon: 9,
  trainKl: 11,
  validKl: 12,
  l2: 14,
  klWeight: 16,
  l2Weight: 18,
} as const;
const EPOCH = 1;
const STEP = 3;
const SV_NLL = 20;

/** About as many characters as an epoch, and a run besides, take in the page's data. */
export const COST_CHARACTERS = { epoch: 72, run: 1000 } as const;

/** Scalars of TensorBoard's events that fitlog.csv does not have. */
const LEARNING_RATE = "LFADS/Learning_rate";
const GRADIENT_NORM = "LFADS/Gradient_global_norm";

/**
 * @param fitlog Text of fitlog.csv.
 * @param scalars Of TensorBoard's events, by step.
 * @param most So many epochs are shown.
 */
export function costCurves(
  fitlog: string,
  scalars: ReadonlyMap<number, ReadonlyMap<string, number>>,
  lveEpoch: number | null,
  most: number,
): CostCurves | undefined {
  const lines = fitlog
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(",").map(Number));
  if (lines.length === 0) return undefined;
  const shown = evenly([...lines.keys()], most);
  const lve = lines.findIndex((line) => line[EPOCH] === lveEpoch);
  if (lve >= 0 && !shown.includes(lve)) shown.push(lve);
  const rows = shown.sort((a, b) => a - b).map((i) => lines[i]!);
  const column = (at: number) => encodeValues(Float32Array.from(rows, (row) => row[at] ?? Number.NaN));
  const whole = (at: number) => encodeValues(Int32Array.from(rows, (row) => row[at]!));
  const scalar = (tag: string): Values | undefined => {
    const values = Float32Array.from(rows, (row) => scalars.get(row[STEP]!)?.get(tag) ?? Number.NaN);
    return values.every(Number.isNaN) ? undefined : encodeValues(values);
  };
  const learningRate = scalar(LEARNING_RATE);
  const gradientNorm = scalar(GRADIENT_NORM);
  const named = Object.entries(columns).map(([name, at]) => [name, column(at)] as const);
  return {
    epochs: lines.length,
    lveEpoch,
    epoch: whole(EPOCH),
    step: whole(STEP),
    ...(Object.fromEntries(named) as Record<keyof typeof columns, Values>),
    ...(rows[0]!.length > SV_NLL ? { svNll: column(SV_NLL) } : {}),
    ...(learningRate ? { learningRate } : {}),
    ...(gradientNorm ? { gradientNorm } : {}),
  };
}
