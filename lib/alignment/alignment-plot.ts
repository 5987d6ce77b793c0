/** A picture (SVG) of how each dataset of a run gives the global PCs, or of one alone: a row a PC, a column a dataset. */
import { escapeMarkup } from "#lib/escape-markup.js";

/** C conditions, T bins, P PCs; row-major. Conditions that not every dataset has are NaN. */
export interface Reconstructions {
  readonly conditions: readonly string[];
  /** T. */
  readonly timeVecMs: Float64Array;
  /** P. */
  readonly explained: Float64Array;
  /** C×T×P, like the reconstructions. */
  readonly pcs: Float64Array;
  readonly datasets: readonly {
    readonly name: string;
    readonly reconstruction: Float64Array;
    readonly r2: Float64Array;
  }[];
}

const MOST_PCS = 6;
/** Of a name. */
const MOST_LETTERS = 30;
/** Told apart also by those who see no red or no green (Okabe and Ito), and on paper. */
const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b58900", "#444444"];
const MOST_CONDITIONS = colours.length;

const panel = { width: 220, height: 104, gap: 14 };
const margin = { left: 84, right: 20, bottom: 52 };
const LEAST_WIDTH = 640;

/** @param title Of the run. */
export function alignmentPlot(title: string, shown: Reconstructions): string {
  const { conditions, timeVecMs, explained, pcs, datasets } = shown;
  const [T, P] = [timeVecMs.length, explained.length];
  const fitted = [...conditions.keys()].filter((c) => !Number.isNaN(pcs[c * T * P]!));
  const drawn = evenly(fitted, MOST_CONDITIONS);
  const rows = Math.min(P, MOST_PCS);
  const width = Math.max(
    LEAST_WIDTH,
    margin.left + datasets.length * (panel.width + panel.gap) - panel.gap + margin.right,
  );
  const names = legend(
    drawn.map((c) => conditions[c]!),
    width - margin.right,
  );
  const top = 74 + 18 * names.lines + 20;
  const height = top + rows * (panel.height + panel.gap) - panel.gap + margin.bottom;
  const x = (d: number) => margin.left + d * (panel.width + panel.gap);
  const y = (k: number) => top + k * (panel.height + panel.gap);
  const time = scale(timeVecMs[0]!, timeVecMs[T - 1]!, 0, panel.width);

  const parts: string[] = [text(margin.left, 30, title, 'class="title"')];
  const isAlone = datasets.length === 1;
  const lines = isAlone
    ? "PCs of its channels."
    : "Pale: PCs of all datasets. Thin: what each dataset's channels give.";
  const line = `${lines} ${part(rows, P, "PC")}, ${part(drawn.length, fitted.length, "condition")}.`;
  parts.push(text(margin.left, 50, line, 'class="note"'));
  parts.push(...names.parts);
  datasets.forEach(({ name }, d) => {
    parts.push(text(x(d), top - 10, shortened(name), 'class="head"'));
  });
  for (let k = 0; k < rows; k++) {
    const values = (of: Float64Array, c: number) => Array.from({ length: T }, (_, t) => of[(c * T + t) * P + k]!);
    const all = drawn.flatMap((c) => [
      ...values(pcs, c),
      ...datasets.flatMap(({ reconstruction }) => values(reconstruction, c)),
    ]);
    const [low, high] = all.reduce(([least, most], v) => [Math.min(least, v), Math.max(most, v)], [0, 0]);
    const value = scale(low, high, panel.height - 6, 24);
    const middle = y(k) + panel.height / 2;
    parts.push(text(margin.left - 12, middle - 2, `PC ${k + 1}`, 'class="head" text-anchor="end"'));
    const share = `${(100 * explained[k]!).toFixed(1)}%`;
    parts.push(text(margin.left - 12, middle + 14, share, 'class="note" text-anchor="end"'));
    datasets.forEach(({ reconstruction, r2 }, d) => {
      const path = (of: Float64Array, c: number) =>
        values(of, c)
          .map((v, t) => `${t === 0 ? "M" : "L"}${time(timeVecMs[t]!).toFixed(1)} ${value(v).toFixed(1)}`)
          .join("");
      parts.push(
        `<g transform="translate(${x(d)} ${y(k)})">`,
        `<rect width="${panel.width}" height="${panel.height}" class="panel"/>`,
        `<line x2="${panel.width}" y1="${value(0).toFixed(1)}" y2="${value(0).toFixed(1)}" class="zero"/>`,
        ...drawn.map((c, i) => `<path d="${path(pcs, c)}" class="pc" stroke="${colours[i]}"/>`),
        ...drawn.map((c, i) => `<path d="${path(reconstruction, c)}" class="own" stroke="${colours[i]}"/>`),
        isAlone ? "" : text(panel.width - 6, 16, `R² ${r2[k]!.toFixed(3)}`, 'class="r2" text-anchor="end"'),
        "</g>",
      );
    });
  }
  const bottom = y(rows - 1) + panel.height;
  for (const tick of ticks(timeVecMs[0]!, timeVecMs[T - 1]!)) {
    for (const d of datasets.keys()) {
      const at = (x(d) + time(tick)).toFixed(1);
      parts.push(`<line x1="${at}" x2="${at}" y1="${bottom}" y2="${bottom + 4}" class="tick"/>`);
      parts.push(text(Number(at), bottom + 18, String(tick), 'class="note" text-anchor="middle"'));
    }
  }
  parts.push(text(margin.left, bottom + 38, "time (ms)", 'class="note"'));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escapeMarkup(title)}</title>`,
    `<desc>${escapeMarkup([line, ...(isAlone ? [] : datasets.map(described))].join(" "))}</desc>`,
    `<style>${style}</style>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

const style = [
  "text{font-family:system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif;font-size:12px;fill:#333}",
  ".title{font-size:16px;font-weight:600;fill:#111}",
  ".head{font-weight:600}",
  ".note{font-size:11px;fill:#666}",
  ".r2{font-size:11px;paint-order:stroke;stroke:#fff;stroke-width:3px}",
  ".panel{fill:#fafafa;stroke:#ddd}",
  ".zero{stroke:#ddd}",
  ".tick{stroke:#999}",
  "path{fill:none;stroke-linejoin:round}",
  ".pc{stroke-width:5;stroke-opacity:.25}",
  ".own{stroke-width:1.3}",
].join("");

/** As many lines as the names need. */
function legend(conditions: readonly string[], width: number): { parts: string[]; lines: number } {
  const first = margin.left + 66;
  let [at, line] = [first, 0];
  const parts = [text(margin.left, 74, conditions.length === 1 ? "condition" : "conditions", 'class="note"')];
  conditions.forEach((name, i) => {
    const label = shortened(name);
    const length = 28 + 6.5 * label.length;
    if (at > first && at + length > width) [at, line] = [first, line + 1];
    const y = 74 + 18 * line;
    const swatch = (kind: string) =>
      `<line x1="${at}" x2="${at + 22}" y1="${y - 4}" y2="${y - 4}" class="${kind}" stroke="${colours[i]}"/>`;
    parts.push(swatch("pc"), swatch("own"), text(at + 28, y, label, 'class="note"'));
    at += length + 18;
  });
  return { parts, lines: line + 1 };
}

/** At most `most`, from first to last at even distances. */
function evenly<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all];
  return Array.from({ length: most }, (_, i) => all[Math.round((i * (all.length - 1)) / (most - 1))]!);
}

function scale(from: number, to: number, low: number, high: number): (value: number) => number {
  const span = to - from || 1;
  return (value) => low + ((value - from) / span) * (high - low);
}

/** About four round numbers between. */
function ticks(from: number, to: number): number[] {
  const rough = (to - from) / 4 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough)!;
  const first = Math.ceil(from / step);
  const count = Math.floor(to / step) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => Number(((first + i) * step).toPrecision(9)));
}

function part(shown: number, all: number, noun: string): string {
  const nouns = `${noun}${all === 1 ? "" : "s"}`;
  return shown === all ? `${all} ${nouns}` : `${shown} of ${all} ${nouns}`;
}

function described({ name, r2 }: { name: string; r2: Float64Array }): string {
  return `${name}: R² ${[...r2].map((value) => value.toFixed(3)).join(", ")}.`;
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${x}" y="${y}" ${attributes}>${escapeMarkup(content)}</text>`;
}

function shortened(name: string): string {
  return name.length <= MOST_LETTERS ? name : `${name.slice(0, MOST_LETTERS - 1)}…`;
}
