/** Every factor in one trial, a small plot each, over the average of a condition. */
import * as Plot from "@observablehq/plot";
import type { DatasetDetail, RunDetail } from "#lib/report/report-data.js";
import type { Chosen } from "./chosen.js";
import { Figure } from "./figure.js";
import { shown } from "./format.js";
import { LineLegend } from "./legend.js";
import { at, column, extentOf, matrixOf, numbersOf } from "./matrix.js";
import { margins, plotStyle } from "./plot-parts.js";

interface AllFactorsProps {
  readonly detail: RunDetail;
  readonly dataset: DatasetDetail;
  readonly chosen: Chosen;
}

export function AllFactors({ detail, dataset, chosen }: AllFactorsProps) {
  const { averages } = dataset;
  const F = detail.factors;
  const times = numbersOf(dataset.timesMs);
  const trial = dataset.trials[chosen.trial]!;
  const single = at(matrixOf(dataset.factors), chosen.trial);
  const average = averages && at(matrixOf(averages.factors), chosen.condition);
  const lines = [
    ...(averages
      ? [{ name: `average of condition ${detail.conditions[chosen.condition]}`, stroke: "var(--ink-3)" }]
      : []),
    { name: `trial ${trial.number}`, stroke: "var(--blue)" },
  ];
  return (
    <Figure
      title={`All factors in trial ${trial.number}`}
      alt={`${F} factors over ${shown(times[0])} to ${shown(times.at(-1))} ms in trial ${trial.number}, between ${extentOf(
        single.data,
      )
        .map((v) => shown(v, 3))
        .join(" and ")}.`}
      of={[dataset, chosen.trial, chosen.condition, chosen.factor]}
      legend={<LineLegend lines={lines} />}
      draw={(width) => {
        const rows = Math.ceil(F / Math.max(2, Math.floor(width / 180)));
        const columns = Math.ceil(F / rows);
        const points = (values: typeof single) =>
          Array.from({ length: F }, (_, f) =>
            column(values, f).map((value, t) => ({ f, time: times[t]!, value })),
          ).flat();
        const place = {
          fx: ({ f }: { f: number }) => f % columns,
          fy: ({ f }: { f: number }) => Math.floor(f / columns),
          x: "time",
          y: "value",
          z: "f",
        };
        const factors = Array.from({ length: F }, (_, f) => ({ f }));
        return Plot.plot({
          width,
          height: margins.marginTop + margins.marginBottom + rows * 104,
          ...margins,
          style: plotStyle,
          fx: { axis: null, padding: 0.08, domain: Array.from({ length: columns }, (_, i) => i) },
          fy: { axis: null, padding: 0.16 },
          x: { label: "Time (ms)", labelArrow: "none", labelAnchor: "right", ticks: 3 },
          y: { label: "Factor (a.u.)", labelArrow: "none", ticks: 3, grid: true },
          color: { type: "identity" },
          marks: [
            Plot.frame({ stroke: "var(--rule)" }),
            ...(average
              ? [
                  Plot.line(points(average), {
                    ...place,
                    stroke: "var(--ink-3)",
                    strokeWidth: 1.5,
                    ariaLabel: ({ f }: { f: number }) => `average of factor ${f + 1}`,
                  }),
                ]
              : []),
            Plot.line(points(single), {
              ...place,
              stroke: "var(--blue)",
              strokeWidth: 1.75,
              ariaLabel: ({ f }: { f: number }) => `factor ${f + 1}`,
            }),
            Plot.text(factors, {
              ...{ fx: place.fx, fy: place.fy, text: ({ f }: { f: number }) => String(f + 1) },
              ...{ frameAnchor: "top-left", dx: 6, dy: 6, fontWeight: "600", stroke: "var(--panel)", strokeWidth: 4 },
              fill: ({ f }: { f: number }) => (f === chosen.factor ? "var(--orange)" : "var(--ink-2)"),
            }),
          ],
        });
      }}
    />
  );
}
