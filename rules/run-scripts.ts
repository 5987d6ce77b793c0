/**
 * The three scripts of a run, each for one step by hand: with the built-in engine, or with the original's command line. They
 * take the run's label from their folder, so that equal runs have equal scripts.
 */

import { shellQuote } from "#lib/shell-quote.js";
import { type ParamValues, withDefaults } from "./model-spec-of.js";
import { modelParamsOptions, samplingOptions, trainOptions, unknownToOriginal } from "./original-options.js";

export interface RunScriptsGiven {
  /** From the run's folder to the lfadsfile's. */
  readonly project: string;
  readonly nDatasets: number;
  /** Built-in parameters that differ from their defaults. */
  readonly params: Parameters<typeof withDefaults>[0];
}

/** File name → text. */
export function runScripts({ project, nDatasets, params }: RunScriptsGiven): Record<string, string> {
  const values = withDefaults(params);
  const kind = values.posterior_mean_kind as string;
  const samples = values.num_samples_posterior as number;
  const script = (name: string, what: string, rule: string, options: readonly string[]) => ({
    [name]: scriptText({ name, what, rule, project, options, values }),
  });
  return {
    ...script("lfads_train.sh", "Trains this run", "train", trainOptions(values, nDatasets)),
    ...script(
      "lfads_posterior_mean_sample.sh",
      "Samples the posterior of this run",
      kind,
      samplingOptions(values, nDatasets, kind, samples),
    ),
    ...script(
      "lfads_write_model_params.sh",
      "Writes the parameters of this run",
      "model-params",
      modelParamsOptions(values, nDatasets),
    ),
  };
}

interface Script {
  readonly name: string;
  readonly what: string;
  readonly rule: string;
  readonly project: string;
  readonly options: readonly string[];
  readonly values: ParamValues;
}

function scriptText({ name, what, rule, project, options, values }: Script): string {
  const unknown = unknownToOriginal(values);
  const lacking = unknown.length === 0 ? "" : `#       The original does not know ${unknown.join(", ")}.\n`;
  return `#!/bin/sh
# ${what} by hand.
#   ${name} [options of lfads build]
#       with the built-in engine; there is nothing to do where the result is fresh
#   ${name} --original [folder]
#       with the original LFADS, run_lfads.py on the PATH, in a folder of its own (lfadsOutput_original)
${lacking}set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
if [ "\${1:-}" != --original ]; then
  cd -- "$here"/${shellQuote(project)}
  exec npx lfads build "\${here#"\${here%/*/*/*}/"}:${rule}" "$@"
fi
program=$(command -v run_lfads.py) || { echo "${name}: run_lfads.py is not on the PATH" >&2; exit 127; }
exec python "$program" --data_dir="$here/lfadsInput" --data_filename_stem=lfads \\
  --lfads_save_dir="\${2:-$here/lfadsOutput_original}" \\
  ${options.join(" \\\n  ")}
`;
}
