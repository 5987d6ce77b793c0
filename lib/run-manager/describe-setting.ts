/** A setting of a collection: its values, and the folder of the data that it was trained with. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { printedChoices, trainedChoices } from "./param-choices.js";
import { readHyperparameters, readTrainScript } from "./read-arguments.js";
import type { PrintedSetting } from "./read-summary.js";
import { dataNames, type RecoveredParams, recoverParams, withDataName } from "./recover-params.js";
import { exportOf, inputNames, linkedDataName, type Run, readIfThere, type Spec } from "./run-folder.js";

export interface FoundSetting {
  readonly paramName: string;
  readonly dataName: string;
  readonly name: string;
  readonly params: RecoveredParams;
  /** Of own parameters that are at their default here: as printed. */
  readonly ownDefaults: ReadonlyMap<string, string>;
}

/** Printed beside a setting's values by some versions. */
const unhashed: ReadonlySet<string> = new Set(["name", "version"]);

export async function describeSetting(
  dir: string,
  paramName: string,
  printed: PrintedSetting | undefined,
  runs: readonly Run[],
  runSpecs: readonly Spec[],
): Promise<FoundSetting> {
  const trained = runs.flatMap((run) => {
    const text = readIfThere(join(run.dir, "lfadsOutput", "hyperparameters-0.txt"));
    const values = text === undefined ? undefined : readHyperparameters(text);
    return values ? [{ run, values }] : [];
  });
  const scripts = runs.flatMap((run) => {
    const text = readIfThere(join(run.dir, "lfads_train.sh"));
    return text === undefined ? [] : [{ run, values: readTrainScript(text) }];
  });
  const numbers = scripts.map(({ values }) => new Map([...values].map(([name, value]) => [name, Number(value)])));
  const linked = runs.map((run) => linkedDataName(run.dir)).find((name) => name !== undefined);
  let params: RecoveredParams;
  if (printed) {
    const differing = new Map(
      [...printed.differing]
        .filter((name) => !unhashed.has(name))
        .map((name) => [name, printed.printed.get(name) ?? ""]),
    );
    params = recoverParams(paramName, printedChoices(differing, [...trained.map(({ values }) => values), ...numbers]));
  } else {
    const [first] =
      trained.length > 0 ? trained : scripts.map(({ run, values }) => ({ run, values: typedFlags(values) }));
    const datasets = runSpecs.find(({ name }) => name === first?.run.spec)?.datasets.length ?? 1;
    const ratio = first && (await trainToTest(dir, first.run, linked));
    params = recoverParams(paramName, trainedChoices(first?.values ?? new Map(), datasets, ratio));
  }
  const isThere = (name: string) => existsSync(join(dir, name));
  const dataName = [printed?.dataName, linked, ...dataNames(params)].find(
    (name) => name !== undefined && isThere(name),
  );
  const ownDefaults = new Map([...(printed?.printed ?? [])].filter(([name]) => !printed!.differing.has(name)));
  return {
    paramName,
    dataName: dataName ?? printed?.dataName ?? linked ?? dataNames(params)[0],
    name: printed?.name ?? "",
    params: dataName === undefined ? params : withDataName(params, dataName),
    ownDefaults,
  };
}

/** Flags are text; JSON has numbers and booleans. */
function typedFlags(flags: ReadonlyMap<string, string>): ReadonlyMap<string, unknown> {
  const typed = (text: string) =>
    /^(true|false)$/i.test(text)
      ? text.toLowerCase() === "true"
      : text !== "" && Number.isFinite(Number(text))
        ? Number(text)
        : text;
  return new Map([...flags].map(([name, text]) => [name, typed(text)]));
}

/** Training trials per validation trial of one of the run's inputs. */
async function trainToTest(dir: string, run: Run, dataName: string | undefined): Promise<number | undefined> {
  for (const name of inputNames(run.dir)) {
    const file = exportOf(dir, run, dataName, name);
    if (file === undefined) continue;
    const h5 = await openHdf5(join(dir, file));
    try {
      return Math.max(1, Math.round(h5.shape("train_data")[0]! / Math.max(1, h5.shape("valid_data")[0]!)));
    } finally {
      h5.close();
    }
  }
  return undefined;
}
