/** The lines that the live view redraws: a line per running target, then the totals. */
import type { Progress } from "#lib/build/rule.js";
import { formatNumber } from "../format-number.js";
import { formatClock } from "../format-seconds.js";
import type { Paint } from "../paint.js";
import { truncateEnd, truncateMiddle } from "../truncate.js";
import type { BuildTally } from "./build-tally.js";

/** A label is not cut below this many characters while there are fields to cut. */
const minLabel = 24;

export interface LiveFrame {
  readonly tally: BuildTally;
  readonly columns: number;
  readonly rows: number;
  readonly elapsedSeconds: number;
  /** In ms, as the tally's `since`. */
  readonly now: number;
  /** About what the whole build still takes; at least that much where some of it is not known. */
  readonly left?: { readonly seconds: number; readonly atLeast: boolean } | undefined;
}

export function liveLines(frame: LiveFrame, paint: Paint): string[] {
  const { tally, columns } = frame;
  // The last column stays empty, because some terminals wrap on reaching it.
  const width = Math.max(1, columns - 1);
  const running = [...tally.running.values()];
  const shown = running.slice(0, Math.max(1, frame.rows - 3));
  const cells = shown.map((target) => fieldCells(target.progress, (frame.now - target.since) / 1000));
  const most = Math.max(0, ...cells.map((row) => row.length));
  const widths = Array.from({ length: most }, (_, c) => Math.max(...cells.map((row) => row[c]?.length ?? 0)));
  const fieldsWidth = widths.reduce((sum, cell) => sum + cell + 2, 0);
  const longest = Math.max(0, ...shown.map((target) => target.label.length));
  const labelWidth = Math.min(longest, Math.max(Math.min(minLabel, width - 2), width - 2 - fieldsWidth));
  const lines = shown.map((target, r) => {
    const label = truncateMiddle(target.label, labelWidth).padEnd(labelWidth);
    const fields = cells[r]!.map((cell, c) => `  ${cell.padEnd(widths[c]!)}`)
      .join("")
      .trimEnd();
    return `${paint("cyan", "▸")} ${label}${paint("dim", truncateEnd(fields, width - 2 - labelWidth))}`;
  });
  if (running.length > shown.length) lines.push(`  and ${running.length - shown.length} more`);
  lines.push(paint("bold", truncateEnd(totals(frame), width)));
  return lines;
}

function totals({ tally, elapsedSeconds, left }: LiveFrame): string {
  const parts = [`${tally.done} of ${tally.total} done`, `${tally.running.size} running`, `${tally.waiting} waiting`];
  if (tally.skipped > 0) parts.push(`${tally.skipped} skipped`);
  parts.push(`${tally.failed} failed`, formatClock(elapsedSeconds));
  if (left) parts.push(`${left.atLeast ? "more than" : "about"} ${formatClock(left.seconds)} left`);
  return `  ${parts.join(" · ")}`;
}

/** Time left when it is known and time taken otherwise, then `epoch 120`, `train 2893.1`, … */
export function fieldCells(progress: Progress | undefined, seconds: number): string[] {
  const cells = (progress?.fields ?? []).map(([name, value]) =>
    `${name} ${typeof value === "number" ? formatNumber(value) : value}`.trim(),
  );
  if (cells.length === 0 && typeof progress?.done === "number") cells.push(`${Math.floor(progress.done * 100)}%`);
  const left = progress?.secondsLeft;
  return [typeof left === "number" ? `${formatClock(left)} left` : formatClock(seconds), ...cells];
}
