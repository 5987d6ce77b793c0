// Writes docs/parameters.md from the table of parameters.
// Run after a change of the table: npm run build && node scripts/generate-params-page.mjs
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runParamsAbout } from "#lib/params/run-params-about.js";
import { runParamsTable } from "#lib/params/run-params-table.js";

export const pageFile = fileURLToPath(new URL("../docs/parameters.md", import.meta.url));

/** What a parameter does in this version where that is not "yes". */
export const effects = {
  ...every("TensorFlow only", [
    "c_allow_gpu_growth",
    "c_device",
    "c_tf_debug_cli",
    "c_tf_debug_tensorboard",
    "c_tf_debug_tensorboard_hostport",
    "c_tf_debug_dump_root",
  ]),
  ...every("no: only shown", ["name"]),
  ...every("no", ["version"]),
  ...every("no: the prior has `c_prior_ar_nvar`", ["c_co_prior_var_scale"]),
  ...every("no: in hashes only", ["c_in_factors_dim"]),
  ...every("no: both kinds are made", ["posterior_mean_kind"]),
};

function every(effect, names) {
  return Object.fromEntries(names.map((name) => [name, effect]));
}

export function parametersPage() {
  const rows = runParamsTable.map(
    ({ name, class: className, default: value }) =>
      `| \`${name}\` | ${className ?? "any"} | \`${JSON.stringify(value)}\` | ${runParamsAbout[name]} | ${effects[name] ?? "yes"} |`,
  );
  return `<!-- Written by scripts/generate-params-page.mjs from the table of parameters. -->

# Parameters

Names, classes and defaults are those of the MATLAB Run Manager; those from \`seed\` on are this project's own. \`c_\` marks
what goes to the LFADS model. A value becomes its MATLAB class; one that would change by that, such as a fraction for an
integer class, is an error. "Any" class keeps that of the value given.

*Effect* is what the parameter does in this version:

- **yes**: it does what its line says.
- **TensorFlow only**: it means something to the original trainer alone.
- **no**: nothing reads it.

| name | class | default | meaning | effect |
|---|---|---|---|---|
${rows.join("\n")}

## Parameters of your own

\`runParams\` takes \`custom\`, a table of own parameters by name: MATLAB class, default, and what they affect, \`"data"\` (the
default), \`"model"\` or \`"nothing"\`. Nothing built in reads them; those that affect something enter folder names and keys
where their value differs from their default.

## Folder names

\`param_<HASH>\` and \`data_<HASH>\` are the very names that MATLAB computes: the first 6 characters of the base64url of an
MD5 over those parameters that differ from their default. All defaults give \`param_T4MzIi\`. Left out of both are \`name\`,
\`version\`, \`num_samples_posterior\`, \`numSamplesPrior\`, \`posterior_mean_kind\`, \`c_tf_debug_*\`, \`c_debug_*\`; out of
\`data_<HASH>\` also this project's own and every \`c_\` parameter but \`c_factors_dim\`. The names are for people. What
decides whether something is stale is a [longer key](decisions/0006-names-and-keys.md).
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(pageFile, parametersPage());
