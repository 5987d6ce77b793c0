/** Made-up pages' data, small and of every kind: what the page has to show, without a training. */
import { encodeCounts, encodeValues } from "#lib/report/encode-values.js";
import type {
  ConditionDetail,
  CostCurves,
  DatasetDetail,
  ReportData,
  ReportRun,
  RunDetail,
  Values,
} from "#lib/report/report-data.js";

export interface MadeKind {
  readonly runs?: number;
  readonly datasets?: number;
  /** Inferred inputs. */
  readonly inputs?: number;
  readonly externalInputs?: number;
  /** 0: the recording has none. */
  readonly conditions?: number;
  readonly truth?: boolean;
  readonly gaussian?: boolean;
  readonly imported?: boolean;
  /** Runs that have details; the others only results. */
  readonly detailed?: number;
  /** The last of the runs were not asked for. */
  readonly others?: number;
  readonly channels?: number;
  readonly factors?: number;
}

const T = 40;
const TRIALS = 8;
const BIN_MS = 10;

/** Numbers that differ from place to place and from seed to seed, but are smooth in time. */
export function wave(seed: number, time: number): number {
  return Math.sin(0.9 * seed + time / 6) + 0.5 * Math.sin(2.3 * seed + time / 2.7);
}

export function madeReport(kind: MadeKind = {}): ReportData {
  const { runs: count = 1, others = 0 } = kind;
  const runs = Array.from({ length: count }, (_, i) => madeRun(i, kind));
  return {
    version: 1,
    lfads: "0.1.0",
    collection: "made </script> up",
    folder: "runs/made_up",
    imported: kind.imported ?? false,
    common: { c_co_dim: kind.inputs ?? 0, spikeBinMs: BIN_MS },
    varying: count > 1 ? ["c_factors_dim", "c_keep_prob"] : [],
    runs: runs.slice(0, count - others),
    where: others > 0 ? ["status=fresh"] : [],
    others: runs.slice(count - others).map(({ label, name, paramName, spec, params }) => ({
      ...{ label, name, paramName, spec, params },
    })),
  };
}

function madeRun(index: number, kind: MadeKind): ReportRun {
  const datasets = Array.from({ length: kind.datasets ?? 1 }, (_, i) => `dataset00${i + 1}`);
  const spec = datasets.length > 1 ? "all" : "single_dataset001";
  const paramName = `param_${String(index).padStart(6, "A")}`;
  const isWhole = !kind.imported || index === 0;
  return {
    label: `made_up/${paramName}/${spec}`,
    name: `setting${index + 1}`,
    paramName,
    dataName: "data_QbEB1E",
    spec,
    datasets,
    params:
      (kind.runs ?? 1) > 1 ? { c_factors_dim: 2 ** (1 + (index % 4)), c_keep_prob: 0.8 + 0.05 * (index % 3) } : {},
    results: isWhole
      ? {
          epochs: 60 + index,
          lveEpoch: 50,
          trainCost: 300 - index,
          validCost: 310.25 - index / 3 + (index % 5),
          svNll: null,
          nll: 0.3 + 0.01 * ((index * 7) % 11),
          bitsPerSpike: kind.gaussian ? null : 0.8 - 0.02 * ((index * 7) % 11),
          "r2.pooled": kind.truth === false ? null : 0.9 - 0.03 * ((index * 7) % 11),
        }
      : {},
    folder: `runs/made_up/${paramName}/${spec}`,
    files: [{ path: `runs/made_up/${paramName}/${spec}/results.json`, sha256: "0123456789abcdef".repeat(4) }],
    ...(isWhole ? { cost: madeCost(60 + index, index) } : {}),
    ...(isWhole && index < (kind.detailed ?? 3) ? { detail: madeDetail(datasets, index, kind) } : {}),
  };
}

function madeCost(epochs: number, seed: number): CostCurves {
  const series = (value: (epoch: number) => number) =>
    encodeValues(Float32Array.from({ length: epochs }, (_, i) => value(i + 1)));
  const fall = (from: number, to: number, shift: number) =>
    series((epoch) => to + (from - to) * Math.exp(-(epoch - 1) / 2) + 2 * wave(seed + shift, epoch));
  const whole = (value: (epoch: number) => number) =>
    encodeValues(Int32Array.from({ length: epochs }, (_, i) => value(i + 1)));
  return {
    epochs,
    lveEpoch: 50,
    epoch: whole((epoch) => epoch),
    step: whole((epoch) => 17 * epoch),
    trainTotal: fall(900, 300, 1),
    validTotal: fall(800, 310, 2),
    trainRecon: fall(850, 280, 3),
    validRecon: fall(780, 290, 4),
    trainKl: fall(60, 12, 5),
    validKl: fall(50, 14, 6),
    l2: series((epoch) => 5 + epoch / 100),
    klWeight: series((epoch) => Math.min(1, epoch / 30)),
    l2Weight: series((epoch) => Math.min(1, epoch / 45)),
    learningRate: series((epoch) => 0.03 * 0.7 ** Math.floor(epoch / 10)),
    gradientNorm: series((epoch) => 200 * Math.exp(-epoch / 20) + 10),
  };
}

function madeDetail(datasets: readonly string[], seed: number, kind: MadeKind): RunDetail {
  const { conditions = 4, inputs = 0, factors = 5 } = kind;
  const names = Array.from({ length: conditions }, (_, k) => `reach ${k + 1}`);
  const P = Math.min(3, factors);
  return {
    binMs: BIN_MS,
    unit: kind.gaussian ? "a.u." : "spikes/s",
    factors,
    pca: {
      mean: encodeValues(new Float32Array(factors)),
      loadings: encodeValues(
        Float32Array.from({ length: factors * P }, (_, i) => Number(Math.floor(i / P) === i % P)),
        [factors, P],
      ),
      explained: encodeValues(Float32Array.from([0.61, 0.24, 0.09].slice(0, P))),
    },
    ...(inputs > 0
      ? {
          prior: {
            tauMs: encodeValues(Float32Array.from({ length: inputs }, (_, u) => 40 * (u + 1))),
            variance: encodeValues(Float32Array.from({ length: inputs }, (_, u) => 0.1 / (u + 1))),
          },
        }
      : {}),
    datasets: datasets.map((name, d) => madeDataset(name, seed + 3 * d, d, kind, names)),
    conditions: names,
    nConditions: conditions === 1 ? 1 : conditions + 2 * Number(conditions > 0),
    ...(datasets.length > 1 && conditions > 0
      ? {
          alignment: {
            conditions: names,
            timesMs: times(),
            explained: encodeValues(Float32Array.of(0.55, 0.2, 0.1, 0.05)),
            globalPcs: cube(conditions, 4, (k, t, p) => wave(k + 2 * p, t)),
            datasets: datasets.map((name, d) => ({
              name,
              reconstruction: cube(conditions, 4, (k, t, p) => wave(k + 2 * p, t) + 0.2 * wave(9 * d + k, t)),
              r2: encodeValues(Float32Array.of(0.97, 0.95, 0.9, 0.7).map((r2) => r2 - 0.01 * d)),
            })),
          },
        }
      : {}),
  };
}

function madeDataset(
  name: string,
  seed: number,
  d: number,
  kind: MadeKind,
  conditions: readonly string[],
): DatasetDetail {
  const { channels: N = 12, inputs = 0, externalInputs = 0, truth = true, gaussian = false, factors: F = 5 } = kind;
  const rate = (e: number, t: number, n: number) =>
    gaussian ? wave(seed + e + n, t) : 20 * Math.exp(0.7 * wave(seed + e + n, t));
  const K = conditions.length;
  const averages: ConditionDetail | undefined =
    K === 0
      ? undefined
      : ({
          // The last dataset lacks the last condition, where there are several.
          nTrials: encodeValues(Int32Array.from({ length: K }, (_, k) => (d === 2 && k === K - 1 ? 0 : 10 + k))),
          ...missing(
            d,
            K,
            {
              psthData: (k, t, n) => rate(k, t, n) + 3 * wave(7 * k + n, 5 * t),
              psthModel: rate,
              ...(truth ? { psthTruth: (k, t, n) => 0.95 * rate(k, t, n) } : {}),
            },
            N,
          ),
          ...missing(d, K, { factors: (k, t, f) => wave(seed + k + 2 * f, t) }, F),
          ...missing(d, K, { factorsPca: (k, t, p) => wave(seed + k + 2 * p, t) }, Math.min(3, F)),
          ...(inputs > 0 ? missing(d, K, { inputs: (k, t, u) => 0.1 * wave(k + u, t) }, inputs) : {}),
        } as unknown as ConditionDetail);
  return {
    name,
    nTrials: { train: 40, valid: 10 },
    trials: Array.from({ length: TRIALS }, (_, e) => ({
      number: 1 + 5 * e,
      side: e % 4 === 3 ? "valid" : "train",
      condition: K === 0 ? null : conditions[e % K]!,
    })),
    timesMs: times(),
    nChannels: N + 3,
    channels: encodeValues(Int32Array.from({ length: N }, (_, n) => n + 1 + Math.floor(n / 4))),
    counts: gaussian
      ? cube(TRIALS, N, (e, t, n) => rate(e, t, n) + 0.3 * wave(n, 9 * t))
      : encodeCounts(
          Float64Array.from({ length: TRIALS * T * N }, (_, i) =>
            ((i * 2654435761) >>> 7) % 100 < 22 ? 1 + (i % 5 === 0 ? 1 : 0) : 0,
          ),
          [TRIALS, T, N],
        ),
    rates: cube(TRIALS, N, rate),
    ...(truth ? { truth: cube(TRIALS, N, (e, t, n) => 0.95 * rate(e, t, n)) } : {}),
    factors: cube(TRIALS, F, (e, t, f) => wave(seed + e + 2 * f, t)),
    factorsPca: cube(TRIALS, Math.min(3, F), (e, t, p) => wave(seed + e + 2 * p, t)),
    ...(inputs > 0 ? { inputs: cube(TRIALS, inputs, (e, t, u) => 0.1 * wave(e + u, t)) } : {}),
    ...(externalInputs > 0
      ? { externalInputs: cube(TRIALS, externalInputs, (e, t, i) => Number(t > 5 + e && t < 9 + e + i)) }
      : {}),
    ...(averages ? { averages } : {}),
    readout: {
      channels: encodeValues(Int32Array.from({ length: N }, (_, n) => n + 1 + Math.floor(n / 4))),
      weights: encodeValues(
        Float32Array.from({ length: F * N }, (_, i) => wave(i, seed)),
        [F, N],
      ),
      bias: encodeValues(new Float32Array(N).fill(-2)),
    },
  };
}

function times(): Values {
  return encodeValues(Float32Array.from({ length: T }, (_, t) => (t + 0.5) * BIN_MS));
}

function cube(rows: number, columns: number, value: (row: number, t: number, column: number) => number): Values {
  const numbers = Float32Array.from({ length: rows * T * columns }, (_, i) =>
    value(Math.floor(i / (T * columns)), Math.floor(i / columns) % T, i % columns),
  );
  return encodeValues(numbers, [rows, T, columns]);
}

function missing(
  d: number,
  K: number,
  parts: Record<string, (k: number, t: number, n: number) => number>,
  columns: number,
) {
  return Object.fromEntries(
    Object.entries(parts).map(([name, value]) => [
      name,
      cube(K, columns, (k, t, n) => (d === 2 && k === K - 1 ? Number.NaN : value(k, t, n))),
    ]),
  );
}
