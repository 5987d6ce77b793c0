/** A run's folder: `param_<HASH>/<spec>`. */
import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";

/** Which datasets went into one model; its folder is called after it. */
export interface Spec {
  readonly name: string;
  readonly datasets: readonly string[];
}

export interface Run {
  readonly setting: string;
  readonly spec: string;
  readonly dir: string;
}

/** The datasets that it read. */
export function inputNames(runDir: string): string[] {
  return inputFiles(runDir).flatMap((file) => /^lfads_(.+)\.h5$/.exec(file)?.[1] ?? []);
}

/** The data folder that a run's input links lead to. */
export function linkedDataName(runDir: string): string | undefined {
  for (const file of inputFiles(runDir)) {
    try {
      const name = /(?:^|\/)(data_[\w-]{6})\//.exec(readlinkSync(join(runDir, "lfadsInput", file)))?.[1];
      if (name !== undefined) return name;
    } catch {
      // A copy, not a link.
    }
  }
  return undefined;
}

/** Where a run's input of a dataset is, relative to the collection's folder; in either layout, else the run's own copy. */
export function exportOf(dir: string, run: Run, dataName: string | undefined, dataset: string): string | undefined {
  const file = `lfads_${dataset}.h5`;
  const places = [
    ...(dataName === undefined ? [] : [`${dataName}/${run.spec}/${file}`, `${dataName}/${file}`]),
    `${run.setting}/${run.spec}/lfadsInput/${file}`,
  ];
  return places.find((place) => statSync(join(dir, place), { throwIfNoEntry: false })?.isFile());
}

/** Undefined where there is no such file, or none that can be read. */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function inputFiles(runDir: string): string[] {
  try {
    return readdirSync(join(runDir, "lfadsInput")).sort();
  } catch {
    return [];
  }
}
