/** The line that stays of an event; undefined when it leaves none. */
import type { BuildEvent } from "#lib/build/index.js";
import { formatFailure } from "#lib/failure.js";
import { formatReason } from "../format-reason.js";
import { formatSeconds } from "../format-seconds.js";
import type { Paint } from "../paint.js";

export function formatEvent(event: BuildEvent, paint: Paint, verbose: boolean): string | undefined {
  switch (event.type) {
    case "started":
      return verbose ? `  started   ${event.label}  ${event.reasons.map(formatReason).join("; ")}` : undefined;
    case "log":
      return verbose ? paint("dim", `  ${event.label} | ${event.line}`) : undefined;
    case "waiting":
      return verbose ? paint("dim", `  waiting   ${event.label}  for ${event.on}`) : undefined;
    case "finished":
      if (event.how === "fresh") return verbose ? `${paint("green", "✓")} fresh     ${event.label}` : undefined;
      return `${paint("green", "✓")} ${event.how.padEnd(8)}  ${event.label}  ${paint("dim", formatSeconds(event.seconds))}`;
    case "failed":
      return `${paint("red", "✗ failed")}    ${event.label}  ${paint("dim", formatSeconds(event.seconds))}\n${indent(formatFailure(withoutTarget(event.failure), { verbose }))}`;
    case "skipped":
      return `${paint("yellow", "- skipped")}   ${event.label}  ${paint("dim", `because ${event.because} failed`)}`;
    case "warning":
      return `${paint("yellow", "warning")}: ${event.where ? `${event.where}: ` : ""}${event.what}${event.label ? ` (${event.label})` : ""}`;
    default:
      return undefined;
  }
}

/** The label stands on the line above already. */
function withoutTarget<T extends { target?: string }>(failure: T): Omit<T, "target"> {
  const { target: _target, ...rest } = failure;
  return rest;
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
}
