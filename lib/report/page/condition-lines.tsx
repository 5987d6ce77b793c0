/** Averages of all conditions over time, one line a condition, the chosen one on top. */
import { seriesColours, type Theme } from "./colours.js";
import { Figure } from "./figure.js";
import { shown } from "./format.js";
import { extentOf } from "./matrix.js";
import { curve, readOut, timePlot } from "./plot-parts.js";

export interface ConditionLinesProps {
  readonly title: string;
  readonly alt: string;
  readonly of: readonly unknown[];
  readonly times: readonly number[];
  readonly label: string;
  readonly names: readonly string[];
  /** For each condition; NaN where it is not known. */
  readonly values: readonly (readonly number[])[];
  readonly chosen: number;
  readonly domain?: readonly [number, number];
  readonly height?: number;
}

export function ConditionLines(props: ConditionLinesProps) {
  const { title, alt, of, chosen } = props;
  return <Figure title={title} alt={alt} of={[...of, chosen]} draw={(width, theme) => drawn(props, width, theme)} />;
}

function drawn(
  { times, label, names, values, chosen, domain, height = 240 }: ConditionLinesProps,
  width: number,
  theme: Theme,
) {
  const colours = seriesColours(names.length, theme);
  const many = names.length > 6;
  const known = [...names.keys()].filter((k) => values[k]!.some(Number.isFinite));
  const line = (k: number) =>
    curve(times, values[k]!, {
      name: names[k]!,
      stroke: colours[k]!,
      strokeWidth: k === chosen ? 3 : 1.25,
      strokeOpacity: k === chosen || !many ? 1 : 0.55,
    });
  const casing = curve(times, values[chosen]!, { name: "casing", stroke: "var(--panel)", strokeWidth: 6 });
  return timePlot(width, height, {
    y: { label, domain: [...(domain ?? extentOf(...values))] },
    marks: [
      ...known.filter((k) => k !== chosen).map(line),
      casing,
      line(chosen),
      ...readOut(
        times,
        values[chosen]!,
        (i) => `${names[chosen]}\n${shown(times[i])} ms\n${shown(values[chosen]![i], 4)}`,
      ),
    ],
  });
}
