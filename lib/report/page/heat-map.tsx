/** A matrix as colours: rows from the top, columns over an axis of numbers. */
import * as Plot from "@observablehq/plot";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Cell, frameCell, movedCell, unframe } from "./cell-cursor.js";
import type { Ramp, Theme } from "./colours.js";
import { Figure } from "./figure.js";
import { shown } from "./format.js";
import { RampLegend } from "./legend.js";
import type { Matrix } from "./matrix.js";
import { margins, plotStyle, timeAxis } from "./plot-parts.js";

export interface HeatMapProps {
  readonly title: string;
  readonly alt: string;
  /** What the values are of; drawn again when one of these is another. */
  readonly of: readonly unknown[];
  /** Rows×columns. */
  readonly values: Matrix;
  readonly domain: readonly [number, number];
  readonly unit: string;
  readonly ramp: (theme: Theme) => Ramp;
  readonly rows: HeatMapRows;
  /** Centres of the columns, evenly spaced. */
  readonly columns: readonly number[];
  /** Of the columns; time unless said. */
  readonly columnAxis?: Plot.ScaleOptions;
  /** A column in words; a time unless said. */
  readonly columnText?: (column: number) => string;
  /** Height of a row in pixels is at most this. */
  readonly rowHeight?: number;
}

export interface HeatMapRows {
  readonly label: string;
  readonly names: readonly string[];
  readonly chosen?: number;
  readonly onChoose?: (row: number) => void;
}

export function HeatMap(props: HeatMapProps) {
  const { title, alt, of, values, domain, unit, ramp, rows } = props;
  const size = values.shape as [number, number];
  const [went, setWent] = useState<Cell>();
  // Of another matrix there may be less.
  const cell = went && { row: Math.min(went.row, size[0] - 1), column: Math.min(went.column, size[1] - 1) };
  const picture = useRef<Drawn | null>(null);
  const draw = (width: number, theme: Theme) => {
    picture.current = heatMap(props, width, theme);
    showCell(picture.current, props, cell);
    return picture.current;
  };
  useLayoutEffect(() => {
    if (picture.current) showCell(picture.current, props, cell);
  }, [cell?.row, cell?.column]);
  const onKeyDown = (event: KeyboardEvent) => {
    const next = movedCell(cell, event.key, size, { row: rows.chosen ?? 0, column: 0 });
    if (next) setWent(next);
    else if (event.key === "Escape") setWent(undefined);
    else if (event.key === "Enter" && cell && rows.onChoose) rows.onChoose(cell.row);
    else return;
    event.preventDefault();
  };
  const about = `arrow keys go from number to number${rows.onChoose ? `, Enter chooses the ${rows.label.toLowerCase()}` : ""}`;
  return (
    <Figure
      title={title}
      alt={alt}
      of={[...of, rows.chosen]}
      draw={draw}
      keys={{ about, onKeyDown, told: cell ? cellText(props, cell).join(": ") : "" }}
      legend={<RampLegend ramp={ramp} low={shown(domain[0], 3)} high={shown(domain[1], 3)} unit={unit} />}
      class={rows.onChoose ? "choosable" : ""}
    />
  );
}

type Drawn = ReturnType<typeof Plot.plot>;

const halfColumn = ({ columns }: HeatMapProps) => (columns.length > 1 ? (columns[1]! - columns[0]!) / 2 : 0.5);

function showCell(picture: Drawn, props: HeatMapProps, cell: Cell | undefined): void {
  if (!cell) {
    unframe(picture);
    return;
  }
  const [x, y] = [picture.scale("x")!, picture.scale("y")!];
  const [centre, half] = [props.columns[cell.column]!, halfColumn(props)];
  frameCell(picture, [x.apply(centre - half), x.apply(centre + half)], [y.apply(cell.row), y.apply(cell.row + 1)]);
}

/** Where it is, and its value. */
function cellText({ values, unit, rows, columns, columnText = timeText }: HeatMapProps, { row, column }: Cell) {
  const value = values.data[row * columns.length + column];
  return [`${rows.label} ${rows.names[row]}, ${columnText(columns[column]!)}`, `${shown(value, 4)} ${unit}`];
}

const timeText = (time: number) => `${shown(time, 5)} ms`;

function heatMap(props: HeatMapProps, width: number, theme: Theme): Drawn {
  const { values, domain, ramp, rows, columns, columnAxis = timeAxis, rowHeight = 9 } = props;
  const [R, C] = values.shape as [number, number];
  const half = halfColumn(props);
  const [x1, x2] = [columns[0]! - half, columns[C - 1]! + half];
  const every = Math.ceil(R / 8);
  const rowAt = (index: number) => Math.floor(index / C);
  const place = { x: (i: number) => columns[i % C], y: (i: number) => rowAt(i) + 0.5 };
  const plot = Plot.plot({
    width,
    height: margins.marginTop + margins.marginBottom + Math.min(260, Math.max(120, R * rowHeight)),
    ...margins,
    style: plotStyle,
    x: { ...columnAxis, domain: [x1, x2] },
    y: { domain: [0, R], reverse: true, axis: null },
    color: { type: "linear", domain: [...domain], interpolate: ramp(theme), clamp: true },
    marks: [
      Plot.raster(values.data, {
        width: C,
        height: R,
        x1,
        x2,
        y1: 0,
        y2: R,
        imageRendering: "pixelated",
      }),
      Plot.axisY(
        Array.from({ length: R }, (_, row) => row).filter((row) => row % every === 0),
        { y: (row: number) => row + 0.5, text: (row: number) => rows.names[row]!, tickSize: 0, label: null },
      ),
      Plot.axisY([], { label: rows.label, labelArrow: "none", labelAnchor: "top" }),
      Plot.frame({ stroke: "var(--rule)" }),
      ...(rows.chosen === undefined
        ? []
        : [
            Plot.rect([rows.chosen], {
              ...{
                x1,
                x2,
                y1: (row: number) => row,
                y2: (row: number) => row + 1,
                stroke: "var(--orange)",
                fill: "none",
              },
              ...{ strokeWidth: 1.5, ariaLabel: () => "chosen row" },
            }),
          ]),
      Plot.tip(
        Array.from({ length: R * C }, (_, i) => i),
        Plot.pointer({
          ...place,
          title: (i: number) => cellText(props, { row: rowAt(i), column: i % C }).join("\n"),
          maxRadius: 12,
          lineHeight: 1.3,
        }),
      ),
    ],
  });
  plot.addEventListener("click", () => {
    if (typeof plot.value === "number") rows.onChoose?.(rowAt(plot.value));
  });
  return plot;
}
