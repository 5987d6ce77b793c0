import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import type { Rule, RuleInputFile } from "#lib/build/rule.js";
import { placeInSource } from "#lib/config/place-in-source.js";
import { type Failure, FailureError } from "#lib/failure.js";
import type { ParamValue } from "#lib/params/param-value.js";
import { checkLoaded } from "#lib/sources/check-loaded.js";
import type { Loader, LoaderContext } from "#lib/sources/loaded-trials.js";
import { openDataset } from "#lib/sources/open-dataset.js";
import { writeLoaded } from "#lib/sources/write-loaded.js";
import { guardFiles } from "./guard-files.js";
import { guardParams } from "./guard-params.js";
import { ruleVersions } from "./versions.js";

interface LoadParams {
  readonly dataset: string;
  readonly mode: "export" | "alignment";
  /** Parameters that affect data. */
  readonly values: Readonly<Record<string, ParamValue>>;
}

interface LoadSettings {
  /** The module and the lfadsfile's folder, absolute: for `import.meta` and for places in messages. */
  readonly module: string;
  readonly dir: string;
  /** The user's own parameters that do not affect data. */
  readonly withheld: readonly string[];
}

/** Calls a loader of the user's. Inputs `code`, its bundle, `file` and `files`; output `<dataset>.h5`. */
export const load: Rule = {
  name: "load",
  version: ruleVersions.load,
  async run({ params, settings, inputs, out, log }) {
    const { dataset, mode, values } = params as unknown as LoadParams;
    const { module, dir, withheld } = settings as unknown as LoadSettings;
    const { params: guarded, misread } = guardParams(values, withheld);
    const code = inputs.code![0]!;
    const paths = (inputs.file ?? []).map(({ path }) => path);
    const where = relative(dir, module);
    let returned: unknown;
    try {
      returned = await callLoader(code, module, {
        dataset: { name: dataset, file: paths[0]!, files: paths },
        params: guarded,
        mode,
        files: guardFiles(Object.fromEntries((inputs.files ?? []).map(({ name, path }) => [name, path]))),
      });
      // The loader may have caught it.
      const error = misread();
      if (error) throw error;
    } catch (error) {
      throw new FailureError(thrownFailure(error, code.path, where, dir));
    }
    const trials = checkLoaded(returned, where);
    const file = join(out, `${dataset}.h5`);
    await writeLoaded(trials, file);
    await readBack(dataset, file, where);
    log(`${dataset}: ${trials.nTrials} trials × ${trials.counts.width} channels × ${trials.nBins} bins.`);
  },
};

async function callLoader(
  { path, digest }: RuleInputFile,
  module: string,
  context: LoaderContext<Record<string, unknown>>,
): Promise<unknown> {
  const url = pathToFileURL(module).href;
  Object.assign(globalThis, { lfadsLoader: { url, filename: module, dirname: dirname(module) } });
  const { default: loader } = (await import(`${pathToFileURL(path).href}?${digest}`)) as { default?: Loader };
  if (typeof loader === "function") return loader(context);
  throw new FailureError({
    kind: "data",
    what: "The loader has no function as its default export.",
    hint: "Write: export default async function load({ dataset, params }) { … }",
  });
}

/** What the loader's code threw, with its place there. */
function thrownFailure(error: unknown, code: string, module: string, dir: string): Failure {
  const { name, message, stack = "", failure } = (error ?? {}) as Error & { failure?: Failure };
  const where = placeInSource(stack, code, dir) ?? module;
  if (name === "FailureError" && failure) return { where, ...failure };
  const what = message === undefined ? String(error) : name === "Error" ? message : `${name}: ${message}`;
  return {
    kind: "data",
    what: /[.?!]$/.test(what) ? what : `${what}.`,
    where,
    hint: "The loader threw this; --verbose shows where from.",
    detail: stack,
  };
}

/** Bins that are not evenly spaced and the like are found by who reads the file. */
async function readBack(dataset: string, file: string, where: string): Promise<void> {
  try {
    (await openDataset(dataset, { kind: "loaded" }, file)).close();
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    const { hint: _, ...failure } = error.failure;
    throw new FailureError({ ...failure, where: failure.where?.replace(file, where) ?? where });
  }
}
