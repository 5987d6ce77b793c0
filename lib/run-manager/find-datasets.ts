import { join } from "node:path";
import type { Failure } from "#lib/failure.js";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import type { FoundSetting } from "./describe-setting.js";
import { exportOf, type Run, type Spec } from "./run-folder.js";

export interface FoundDataset {
  readonly name: string;
  /** lfads_<name>.h5, relative to the collection's folder. */
  readonly file: string;
  /** Arrays in it. */
  readonly arrays: ReadonlySet<string>;
  readonly binMs: number;
}

/** The first file of each dataset that a run read; failures where there is none. */
export async function findDatasets(
  dir: string,
  runs: readonly Run[],
  runSpecs: readonly Spec[],
  settings: readonly FoundSetting[],
  failures: Failure[],
): Promise<FoundDataset[]> {
  const found = new Map<string, FoundDataset>();
  const sought = new Map<string, string>();
  for (const run of runs) {
    const setting = settings.find(({ paramName }) => paramName === run.setting)!;
    for (const name of runSpecs.find((spec) => spec.name === run.spec)!.datasets) {
      if (found.has(name)) continue;
      const file = exportOf(dir, run, setting.dataName, name);
      if (file === undefined) {
        sought.set(name, `${setting.dataName}/${run.spec}/lfads_${name}.h5`);
        continue;
      }
      const h5 = await openHdf5(join(dir, file));
      const binMs = Number(setting.params.values.spikeBinMs ?? 2);
      found.set(name, { name, file, arrays: new Set(h5.paths()), binMs });
      h5.close();
    }
  }
  for (const [name, file] of sought) {
    if (found.has(name)) continue;
    const what = `The input of dataset "${name}" is missing: no run has lfads_${name}.h5.`;
    failures.push({
      kind: "data",
      what,
      where: join(dir, file),
      hint: "Put the file back: what a model read is needed to judge it.",
    });
  }
  return [...found.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
}
