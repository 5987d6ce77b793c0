import type { BuildEvent } from "#lib/build/index.js";
import type { Paint } from "./paint.js";

/** One line. */
export function formatWarning({ where, what, label }: BuildEvent & { type: "warning" }, paint: Paint): string {
  return `${paint("yellow", "warning")}: ${where ? `${where}: ` : ""}${what}${label ? ` (${label})` : ""}`;
}
