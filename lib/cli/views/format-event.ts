/** The line that stays of an event; undefined when it leaves none. */
import type { BuildEvent } from "#lib/build/index.js";
import { formatFailure } from "#lib/failure.js";
import { formatOrigin } from "../format-cause.js";
import { formatReason } from "../format-reason.js";
import { formatSeconds } from "../format-seconds.js";
import { formatWarning } from "../format-warning.js";
import type { Paint } from "../paint.js";
import type { ViewOptions } from "./build-view.js";

export function formatEvent(event: BuildEvent, paint: Paint, options: ViewOptions): string | undefined {
  const { verbose } = options;
  const explain = verbose || options.explain;
  switch (event.type) {
    case "started":
      return explain ? `  started   ${event.label}  ${event.reasons.map(formatReason).join("; ")}` : undefined;
    case "log":
      return verbose ? paint("dim", `  ${event.label} | ${event.line}`) : undefined;
    case "waiting":
      return verbose || event.otherBuild ? paint("dim", `  waiting   ${event.label}  for ${event.on}`) : undefined;
    case "finished":
      return finishedLine(event, paint, explain ?? false);
    case "failed":
      return `${paint("red", "✗ failed")}    ${event.label}  ${paint("dim", formatSeconds(event.seconds))}\n${indent(formatFailure(withoutTarget(event.failure), { verbose }))}`;
    case "skipped":
      return `${paint("yellow", "- skipped")}   ${event.label}  ${paint("dim", `because ${event.because} failed`)}`;
    case "warning":
      return formatWarning(event, paint);
    default:
      return undefined;
  }
}

function finishedLine(event: BuildEvent & { type: "finished" }, paint: Paint, explain: boolean): string | undefined {
  if (event.how === "fresh" && !explain) return undefined;
  const line = `${paint("green", "✓")} ${event.how.padEnd(8)}  ${event.label}`;
  if (event.how === "fresh") return `${line}  ${paint("dim", "its inputs came out the same")}`;
  const origin = explain && event.from ? `  ${formatOrigin(event.from)}` : "";
  return `${line}  ${paint("dim", `${formatSeconds(event.seconds)}${origin}`)}`;
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
