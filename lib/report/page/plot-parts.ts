/** What all plots share: type, margins, axes, and lines from arrays. */
import * as Plot from "@observablehq/plot";
import { shown } from "./format.js";

export const plotStyle = { fontFamily: "inherit", fontSize: "12px", overflow: "visible" };
export const margins = { marginTop: 28, marginRight: 14, marginBottom: 40, marginLeft: 52 };

interface CurveOptions {
  /** What it is, for who reads the picture's structure. */
  readonly name: string;
  readonly stroke: string;
  readonly strokeWidth?: number;
  readonly strokeOpacity?: number;
  readonly strokeDasharray?: string;
}

/** One line through the points (x[i], y[i]); with gaps where y is not finite. */
export function curve(x: ArrayLike<number>, y: ArrayLike<number>, { name, ...style }: CurveOptions): Plot.Line {
  const index = Array.from({ length: x.length }, (_, i) => i);
  return Plot.line(index, {
    x: (i: number) => x[i],
    y: (i: number) => y[i],
    ariaLabel: () => name,
    strokeWidth: 1.75,
    strokeLinejoin: "round",
    strokeLinecap: "round",
    clip: true,
    ...style,
  });
}

/** What the pointer is at, told in a box: one line of text for each x. */
export function readOut(x: ArrayLike<number>, y: ArrayLike<number>, text: (index: number) => string): Plot.Markish[] {
  const index = Array.from({ length: x.length }, (_, i) => i);
  const place = { x: (i: number) => x[i], y: (i: number) => y[i] };
  return [
    Plot.ruleX(index, Plot.pointerX({ ...place, stroke: "var(--ink-3)", strokeOpacity: 0.6 })),
    Plot.tip(index, Plot.pointerX({ ...place, title: text, preferredAnchor: "bottom-left", lineHeight: 1.3 })),
  ];
}

/** Of lines of the run that is compared with. */
export const comparedStyle = { strokeWidth: 1.5, strokeDasharray: "5 2.5" };

/** A line over time with its place in the legend; `dashed` and with times of its own if it is of the run compared with. */
export interface TimeLine {
  readonly name: string;
  readonly stroke: string;
  readonly values: readonly number[];
  readonly dashed?: boolean;
  readonly times?: readonly number[];
}

export function timeLine(times: readonly number[], { name, stroke, values, dashed, times: own = times }: TimeLine) {
  return curve(own, values, { name, stroke, ...(dashed ? comparedStyle : { strokeWidth: 2 }) });
}

/** `inferred rate 12.5`; of a line with times of its own what it has at this one. */
export function timeLineText(time: number, index: number, { name, values, times }: TimeLine): string {
  return `${name} ${shown(values[times ? times.indexOf(time) : index], 3)}`;
}

export const timeAxis = { label: "Time (ms)", labelAnchor: "right", ticks: 5, labelArrow: "none" } as const;
export const valueAxis = { grid: true, ticks: 5, labelArrow: "none", nice: true } as const;

/** Lines over time, unless `x` says otherwise, in the type, margins and axes of all of them. */
export function timePlot(width: number, height: number, { x, y, ...more }: Plot.PlotOptions) {
  const axes = { x: { ...timeAxis, ...x }, y: { ...valueAxis, ...y } };
  return Plot.plot({ width, height, ...margins, style: plotStyle, ...axes, ...more });
}
