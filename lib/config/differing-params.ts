import type { Collection, RunParams } from "./project.js";

/** Names of the parameters that do not have one value in all settings, in the order of the table. */
export function differingParams({ params: settings }: Pick<Collection, "params">): string[] {
  const names = new Set(settings.flatMap((params) => Object.keys(params.values)));
  return [...names].filter((name) => settings.some((params) => textOf(params, name) !== textOf(settings[0]!, name)));
}

function textOf({ values }: RunParams, name: string): string {
  return JSON.stringify(values[name] ?? null);
}
