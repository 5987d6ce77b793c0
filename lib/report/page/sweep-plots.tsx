/** A result over each parameter that differs among the runs: one small plot a parameter. */
import * as Plot from "@observablehq/plot";
import type { ReportData, ReportRun } from "#lib/report/report-data.js";
import type { Choice, Choose } from "./choice.js";
import { Chooser } from "./chooser.js";
import { Figure } from "./figure.js";
import { paramText, shown } from "./format.js";
import { margins, plotStyle, valueAxis } from "./plot-parts.js";
import { resultColumn } from "./result-columns.js";
import { runColumns, runName } from "./run-rows.js";

/** Letters of a name on an axis. */
const LONGEST = 18;

interface SweepPlotsProps {
  readonly data: ReportData;
  readonly runs: readonly ReportRun[];
  readonly chosen: ReportRun;
  readonly compared: ReportRun | undefined;
  readonly choice: Choice;
  readonly choose: Choose;
}

export function SweepPlots({ data, runs, chosen, compared, choice, choose }: SweepPlotsProps) {
  const results = runColumns(data).filter(({ kind, name }) => kind === "result" && resultColumn(name).better);
  const specs = new Set(data.runs.map(({ spec }) => spec));
  const axes = [...(specs.size > 1 ? ["run spec"] : []), ...data.varying];
  const result = results.find(({ name }) => name === choice.result)?.name ?? favourite(results.map(({ name }) => name));
  const drawn = runs.filter((run) => typeof run.results[result ?? ""] === "number");
  if (axes.length === 0 || result === undefined || drawn.length < 2) return null;
  return (
    <>
      <div class="choosers">
        <Chooser
          label="Result"
          value={result}
          options={results.map(({ name }) => ({ value: name, text: resultColumn(name).heading }))}
          onChoose={(name) => choose({ result: name })}
        />
      </div>
      <div class="grid small">
        {axes.map((axis) => (
          <SweepPlot key={axis} {...{ axis, result, runs: drawn, chosen, compared, choose }} />
        ))}
      </div>
    </>
  );
}

interface SweepPlotProps {
  readonly axis: string;
  readonly result: string;
  readonly runs: readonly ReportRun[];
  readonly chosen: ReportRun;
  readonly compared: ReportRun | undefined;
  readonly choose: Choose;
}

function SweepPlot({ axis, result, runs, chosen, compared, choose }: SweepPlotProps) {
  const { heading, about } = resultColumn(result);
  const settingOf = (run: ReportRun) => (axis === "run spec" ? run.spec : run.params[axis]);
  const y = (run: ReportRun) => run.results[result]!;
  const texts = [...new Map(runs.map((run) => [paramText(settingOf(run)), settingOf(run)]))]
    .sort(([, a], [, b]) => (typeof a === "number" && typeof b === "number" ? a - b : 0))
    .map(([text]) => text);
  const x = (run: ReportRun) => paramText(settingOf(run));
  const medians = texts.map((text) => ({ text, value: median(runs.filter((run) => x(run) === text).map(y)) }));
  const alt = `${heading} (${about}) over ${axis}. Medians: ${medians
    .slice(0, 12)
    .map(({ text, value }) => `${shown(value)} at ${text}`)
    .join(", ")}${medians.length > 12 ? ` and ${medians.length - 12} more` : ""}.`;
  const settings = runs.map(settingOf);
  const isNumeric = settings.every((setting) => typeof setting === "number");
  const isDense = isNumeric && texts.length > 12;
  const ring = (of: ReportRun | undefined, name: string, strokeDasharray?: string) =>
    Plot.dot(
      runs.filter((run) => run === of),
      {
        ...{ x: isDense ? settingOf : x, y, r: 6, stroke: "var(--ink)", strokeWidth: 2, ariaLabel: () => name },
        ...(strokeDasharray ? { strokeDasharray } : {}),
      },
    );
  const draw = (width: number) => {
    const plot = Plot.plot({
      width,
      height: 190,
      ...margins,
      style: plotStyle,
      ...(isDense ? { x: numberAxis(axis, settings as number[]) } : pointAxis(axis, texts)),
      y: { ...valueAxis, label: heading },
      marks: [
        ...(texts.length > 1 && isNumeric && !isDense
          ? [
              Plot.line(medians, {
                x: "text",
                y: "value",
                stroke: "var(--ink-3)",
                strokeWidth: 1.5,
                ariaLabel: () => "medians",
              }),
            ]
          : []),
        Plot.dot(runs, {
          x: isDense ? settingOf : x,
          y,
          r: 4,
          fill: "var(--blue)",
          fillOpacity: 0.55,
          stroke: "var(--panel)",
          strokeWidth: 0.75,
          ariaLabel: runName,
        }),
        ring(chosen, "chosen run"),
        ring(compared, "compared run", "2.5 2"),
        Plot.tip(
          runs,
          Plot.pointer({
            x: isDense ? settingOf : x,
            y,
            title: (run: ReportRun) => `${runName(run)}\n${axis} ${x(run)}\n${heading} ${shown(y(run))}`,
          }),
        ),
      ],
    });
    plot.addEventListener("click", () => {
      const run = plot.value as ReportRun | null;
      if (run) choose({ run: run.label });
    });
    return plot;
  };
  return (
    <Figure
      title={axis}
      alt={alt}
      of={[axis, result, runs.map(({ label }) => label).join(), chosen, compared]}
      draw={draw}
    />
  );
}

/** Draws over several powers of ten are spread evenly. */
function numberAxis(label: string, values: readonly number[]): Plot.ScaleOptions {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const isWide = low > 0 && high / low > 50;
  return {
    ...{ label, labelArrow: "none", labelAnchor: "right", ticks: 5 },
    ...(isWide ? { type: "log", ticks: powersOfTen(low, high), tickFormat: "~g" } : { type: "linear" }),
  };
}

function powersOfTen(low: number, high: number): number[] {
  const first = Math.ceil(Math.log10(low));
  const count = Math.floor(Math.log10(high)) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => Number(`1e${first + i}`));
}

/** Names that are long are turned and cut, and of many only some are written. */
function pointAxis(label: string, texts: readonly string[]): Plot.PlotOptions {
  const longest = Math.min(LONGEST, Math.max(...texts.map(({ length }) => length)));
  const isLong = longest > 6;
  const every = Math.ceil(texts.length / 8);
  return {
    ...(isLong ? { height: 160 + 6 * longest, marginBottom: 20 + 6 * longest } : {}),
    x: {
      ...{ type: "point", domain: texts, padding: 0.6, labelAnchor: "right", label: isLong ? null : label },
      ticks: texts.filter((_, i) => i % every === 0),
      tickFormat: (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text),
      ...(isLong ? { tickRotate: -50 } : {}),
    },
  };
}

/** What tells most, of what there is. */
function favourite(names: readonly string[]): string | undefined {
  return ["bitsPerSpike", "nll", "validCost"].find((name) => names.includes(name)) ?? names[0];
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
