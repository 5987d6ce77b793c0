import * as Plot from "@observablehq/plot";
import type { DatasetDetail, RunDetail, Values } from "#lib/report/report-data.js";
import type { Chosen } from "./chosen.js";
import { type Compared, comparedRates } from "./compared.js";
import { Figure } from "./figure.js";
import { shown } from "./format.js";
import { LineLegend } from "./legend.js";
import { at, column, extentOf, matrixOf } from "./matrix.js";
import { readOut, type TimeLine, timeLine, timeLineText, timePlot } from "./plot-parts.js";

interface ChannelTraceProps {
  readonly detail: RunDetail;
  readonly dataset: DatasetDetail;
  readonly chosen: Chosen;
  readonly times: readonly number[];
  readonly channel: number;
  readonly trial: number;
  readonly compared: Compared | undefined;
}

/** One channel in one trial: the rate as a line, above it nothing, below it a tick for each bin with spikes. */
export function ChannelTrace({ detail, dataset, chosen, times, channel, trial, compared }: ChannelTraceProps) {
  const isSpikes = detail.unit === "spikes/s";
  const of = (values: Values) => column(at(matrixOf(values), chosen.trial), chosen.channel);
  const [counts, rate] = [of(dataset.counts), of(dataset.rates)];
  const truth = dataset.truth && of(dataset.truth);
  const data = isSpikes ? [] : counts;
  const other = compared && comparedRates(compared, dataset.name, trial, channel);
  const [low, high] = niceDomain(isSpikes, rate, truth ?? [], data, other?.values ?? []);
  const tall = (high - low) * 0.16;
  const most = Math.max(1, ...counts);
  const spikes = counts.reduce((sum, count) => sum + count, 0);
  const inferred = isSpikes ? "inferred rate" : "inferred mean";
  const lines: TimeLine[] = [
    ...(truth ? [{ name: "true rate", stroke: "var(--orange)", values: truth }] : []),
    ...(isSpikes ? [] : [{ name: "data", stroke: "var(--ink-3)", values: counts }]),
    ...(other ? [{ ...other, name: `${inferred}, ${compared.name}`, stroke: "var(--purple)", dashed: true }] : []),
    { name: inferred, stroke: "var(--blue)", values: rate },
  ];
  const about = lines.map(
    ({ name, values }) =>
      `${name} between ${extentOf(values)
        .map((v) => shown(v, 3))
        .join(" and ")} ${detail.unit}`,
  );
  const alt = `Channel ${channel} in trial ${trial}: ${isSpikes ? `${spikes} spikes; ` : ""}${about.join("; ")}.`;
  const draw = (width: number) =>
    timePlot(width, 240, {
      y: {
        nice: false,
        label: isSpikes ? "Rate (spikes/s)" : "Value (a.u.)",
        domain: [isSpikes ? low - tall : low, high],
        ...(isSpikes ? { tickFormat: (value: number) => (value < 0 ? "" : String(value)) } : {}),
      },
      marks: [
        Plot.ruleY([isSpikes ? 0 : low], { stroke: "var(--rule)" }),
        ...(isSpikes
          ? [
              Plot.ruleX(
                [...times.keys()].filter((i) => counts[i]! > 0),
                {
                  x: (i: number) => times[i],
                  y1: -tall,
                  y2: (i: number) => -tall + (counts[i]! / most) * tall * 0.85,
                  stroke: "var(--ink)",
                  strokeWidth: 1.5,
                  ariaLabel: (i: number) => `${counts[i]} spikes`,
                },
              ),
            ]
          : []),
        ...lines.map((line) => timeLine(times, line)),
        ...readOut(times, rate, (i) =>
          [
            `${shown(times[i])} ms`,
            ...lines.map((line) => timeLineText(times[i]!, i, line)),
            ...(isSpikes ? [`${counts[i]} spikes`] : []),
          ].join("\n"),
        ),
      ],
    });
  return (
    <Figure
      title={`Channel ${channel} in trial ${trial}`}
      alt={alt}
      of={[dataset, chosen.trial, chosen.channel, compared?.run]}
      draw={draw}
      note={compared && !other && `This page does not have this trial and channel of ${compared.name}.`}
      legend={
        <LineLegend
          lines={[
            ...lines,
            ...(isSpikes ? [{ name: `spikes in a bin (below; at most ${most})`, stroke: "var(--ink)" }] : []),
          ]}
        />
      }
    />
  );
}

/** From 0 for rates. */
function niceDomain(fromZero: boolean, ...values: readonly Iterable<number>[]): [number, number] {
  const [low, high] = extentOf(...values);
  return [fromZero ? 0 : low, high > (fromZero ? 0 : low) ? high : low + 1];
}
