/** summary.txt of a collection: what its run specs and settings are, in the words of the Run Manager. */

import type { Spec } from "./run-folder.js";

export interface Summary {
  readonly name: string;
  readonly datasetCollection: string;
  readonly runSpecs: readonly Spec[];
  readonly settings: readonly PrintedSetting[];
}

export interface PrintedSetting {
  /** Names of folders, as printed; the early Run Manager printed no data folder. */
  readonly paramName: string;
  readonly dataName: string | undefined;
  readonly name: string;
  /** Values as printed, by parameter: all of them, and those that differ from their defaults. */
  readonly printed: ReadonlyMap<string, string>;
  readonly differing: ReadonlySet<string>;
}

/** Undefined where the text is no summary. */
export function readSummary(text: string): Summary | undefined {
  const lines = text.split(/\r?\n/);
  const name = /^\S+ "(.*)" \(\d+ runs? total\)\s*$/.exec(lines[0] ?? "")?.[1];
  if (name === undefined) return undefined;
  const runSpecs: { name: string; datasets: string[] }[] = [];
  const settings: { paramName: string; dataName: string | undefined; name: string; lines: string[] }[] = [];
  let datasetCollection = "";
  for (const line of lines.slice(1)) {
    const collection = /^ {2}Dataset Collection "(.*)" \(\d+ datasets?\)/.exec(line);
    const spec = /^ {4}\[runSpec \d+\] \S+ "(.*)" \(\d+ datasets?\)\s*$/.exec(line);
    const dataset = /^ {6}\[ds \d+\] \S+ "(.*)"\s*$/.exec(line);
    const setting = /^ {4}\[\d+ (param_[\w-]+)(?: (data_[\w-]+))?\] \S+(?: "(.*)")?\s*$/.exec(line);
    if (setting) settings.push({ paramName: setting[1]!, dataName: setting[2], name: setting[3] ?? "", lines: [] });
    else if (settings.length > 0) settings.at(-1)!.lines.push(line);
    else if (collection) datasetCollection = collection[1]!;
    else if (spec) runSpecs.push({ name: spec[1]!, datasets: [] });
    else if (dataset) runSpecs.at(-1)?.datasets.push(dataset[1]!);
  }
  return {
    name,
    datasetCollection,
    runSpecs,
    settings: settings.map(({ lines: own, ...setting }) => ({ ...setting, ...readValues(own) })),
  };
}

/** A first line `a=1 b=2` of what differs, with `Diff: ` before it in the early Run Manager; then a line for each value. */
function readValues(lines: readonly string[]): Pick<PrintedSetting, "printed" | "differing"> {
  const printed = new Map<string, string>();
  let first = "";
  for (const line of lines) {
    const value = /^ {6}([A-Za-z]\w*): ?(.*)$/.exec(line);
    if (value && value[1] !== "Diff") printed.set(value[1]!, value[2]!);
    else if (first === "") first = line.trim().replace(/^Diff: /, "");
  }
  // A text may hold spaces, so that names are sought, not words.
  const differing = new Set([...first.matchAll(/(?:^| )([A-Za-z]\w*)=/g)].map((match) => match[1]!));
  return { printed, differing };
}
