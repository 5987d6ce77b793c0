/** A cost, or what a training sets, over the epochs. */
import * as Plot from "@observablehq/plot";
import type { CostCurves } from "#lib/report/report-data.js";
import { Figure } from "./figure.js";
import { shown } from "./format.js";
import { LineLegend } from "./legend.js";
import { numbersOf } from "./matrix.js";
import { comparedStyle, curve, readOut, timePlot } from "./plot-parts.js";

/** Costs fall steeply at first: the axis begins where they have settled, after this share of the epochs. */
const UNSETTLED = 0.05;

export interface Curve {
  readonly name: string;
  readonly stroke: string;
  readonly values: number[];
  /** Of the run that is compared with, over its own epochs. */
  readonly other: number[] | undefined;
}

interface CostPlotProps {
  readonly title: string;
  readonly unit: string;
  readonly cost: CostCurves;
  readonly epoch: number[];
  readonly curves: readonly Curve[];
  readonly other: { readonly name: string; readonly cost: CostCurves } | undefined;
  readonly settled?: boolean;
  readonly log?: boolean;
  /** The curves are none of training and validation. */
  readonly ownLegend?: boolean;
}

export function CostPlot({
  title,
  unit,
  cost,
  epoch,
  curves,
  other,
  settled = false,
  log = false,
  ownLegend = false,
}: CostPlotProps) {
  const { lveEpoch } = cost;
  const finite = curves.flatMap(({ values, other = [] }) =>
    [...values, ...other].filter((value) => Number.isFinite(value) && (!log || value > 0)),
  );
  if (finite.length === 0) return null;
  const top = settled ? settledTop(curves) : undefined;
  const first = Math.max(...curves.map(({ values }) => values[0]!));
  const otherEpoch = other && numbersOf(other.cost.epoch);
  const others = curves.filter((each) => each.other);
  const at = lveEpoch === null ? -1 : epoch.indexOf(lveEpoch);
  const values = (index: number) => curves.map((each) => `${each.name} ${shown(each.values[index])}`).join(", ");
  const lve = at < 0 ? "" : ` At the LVE, epoch ${lveEpoch}: ${values(at)}.`;
  const otherLast = others.map((each) => `${each.name} ${shown(each.other!.at(-1))}`).join(", ");
  const beside = others.length === 0 ? "" : ` Last of ${other!.name}, epoch ${otherEpoch!.at(-1)}: ${otherLast}.`;
  const alt = `${title} over ${epoch.at(-1)} epochs. First: ${values(0)}.${lve} Last: ${values(epoch.length - 1)}.${beside}`;
  const tip = (index: number) => {
    const same = otherEpoch?.indexOf(epoch[index]!) ?? -1;
    const own = curves.map((each) => `${each.name} ${shown(each.values[index])}`);
    const theirs = same < 0 ? [] : others.map((each) => `${each.name} ${shown(each.other![same])} (${other!.name})`);
    return [`epoch ${epoch[index]}`, ...own, ...theirs].join("\n");
  };
  const draw = (width: number) =>
    timePlot(width, 200, {
      x: { label: "Epoch" },
      y: {
        label: unit,
        ...(log ? { type: "log" as const, tickFormat: "~g", ticks: 3 } : {}),
        ...(top === undefined ? {} : { domain: [Math.min(...finite), top] }),
      },
      marks: [
        ...(at < 0
          ? []
          : [Plot.ruleX([lveEpoch], { stroke: "var(--ink-3)", strokeDasharray: "3 3", ariaLabel: () => "LVE epoch" })]),
        ...others.map(({ name, stroke, other: values }) =>
          curve(otherEpoch!, values!, { name: `${name}, ${other!.name}`, stroke, ...comparedStyle }),
        ),
        ...curves.map(({ name, stroke, values }) => curve(epoch, values, { name, stroke })),
        ...(at < 0
          ? []
          : [
              Plot.dot(
                curves.map((each) => ({ stroke: each.stroke, value: each.values[at]! })),
                {
                  x: lveEpoch!,
                  y: "value",
                  r: 3.5,
                  fill: "var(--panel)",
                  stroke: "stroke",
                  strokeWidth: 2,
                  ariaLabel: () => "at the LVE",
                },
              ),
            ]),
        ...readOut(epoch, curves.at(-1)!.values, tip),
      ],
      color: { type: "identity" },
    });
  return (
    <Figure
      title={title}
      alt={alt}
      of={[cost, other?.cost]}
      draw={draw}
      legend={ownLegend && <LineLegend lines={curves} />}
      note={top !== undefined && first > top ? `Begins above the axis, at ${shown(first)}.` : undefined}
    />
  );
}

function settledTop(curves: readonly Curve[]): number {
  const settled = (values: readonly number[]) =>
    values.slice(Math.min(values.length - 1, Math.ceil(values.length * UNSETTLED))).filter(Number.isFinite);
  return Math.max(...curves.flatMap(({ values, other = [] }) => [...settled(values), ...settled(other)]));
}
