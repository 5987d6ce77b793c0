import type { LfadsDefinition } from "./definition.js";

/** Keys of the definition that a user does not write. */
const unwritten: ReadonlySet<string> = new Set(["values", "ownValues", "source", "layout"]);
const asWritten: Readonly<Record<string, string>> = {
  own: "custom",
  patterns: "pattern",
  nameOf: "name",
  sessions: "datasets",
};

/** A JSON pointer into the definition as the steps that a reader of the lfadsfile takes. */
export function placeOf(definition: LfadsDefinition, pointer: string): string[] {
  const place: string[] = [];
  let here: unknown = definition;
  for (const step of pointer.split("/").slice(1).map(unescapeStep)) {
    here = (here as Record<string, unknown> | null | undefined)?.[step];
    if (/^\d+$/.test(step)) place.push(`${place.pop() ?? ""}[${step}]${shownName(here)}`);
    else if (step === "datasets") place.push(`datasets${shownName(here)}`);
    else if (!unwritten.has(step)) place.push(writtenName(step));
  }
  return place;
}

/** A key of the definition as a user writes it. */
export function writtenName(key: string): string {
  return asWritten[key] ?? key;
}

function shownName(value: unknown): string {
  const name = (value as { name?: unknown } | null | undefined)?.name;
  return typeof name === "string" ? ` "${name}"` : "";
}

function unescapeStep(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}
