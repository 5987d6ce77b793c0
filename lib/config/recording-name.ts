import { createHash } from "node:crypto";
import { join } from "node:path";
import type { ParamValue } from "#lib/params/param-value.js";
import type { DatasetSet, RunParams } from "./project.js";

/**
 * What a recording is called in labels and folders: `<set>/<dataset>`, and `<set>/load_<HASH>/<dataset>` where code of the
 * user's makes it of the parameters that affect data.
 */
export function recordingName(set: DatasetSet, dataset: string, params: RunParams): string {
  return isMade(set) ? `${set.name}/${loadName(params)}/${dataset}` : `${set.name}/${dataset}`;
}

/** The settings that have recordings of their own: all where code of the user's makes them, else one for all. */
export function recordingSettings(set: DatasetSet, settings: readonly RunParams[]): readonly RunParams[] {
  return isMade(set) ? settings : settings.slice(0, 1);
}

/** Where the build keeps what it found in a recording (a DatasetInfo). */
export function infoFileOf(dir: string, recording: string): string {
  return `${join(dir, ".lfads", "datasets", recording)}.json`;
}

/** All datasets of a set have one kind of source; a filter may leave none of them. */
export function isMade({ datasets, candidates = datasets }: DatasetSet): boolean {
  return candidates[0]?.maker !== undefined;
}

/** What a loader or a command gets of a setting: `spikeBinMs` and the user's own parameters that affect data. */
export function loadParams({ values, affects }: RunParams): Readonly<Record<string, ParamValue>> {
  const names = ["spikeBinMs", ...Object.keys(affects).filter((name) => affects[name] === "data")].sort();
  return Object.fromEntries(names.map((name) => [name, values[name]!]));
}

const names = new WeakMap<RunParams, string>();

function loadName(params: RunParams): string {
  const known = names.get(params);
  if (known !== undefined) return known;
  const name = `load_${createHash("sha256")
    .update(JSON.stringify(loadParams(params)))
    .digest("base64url")
    .slice(0, 6)}`;
  names.set(params, name);
  return name;
}
