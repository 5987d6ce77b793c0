import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadProject } from "#lib/config/load-project.js";
import type { Failure } from "#lib/failure.js";
import { temporaryFolder } from "./temporary-folder.js";

test("a lfadsfile.ts that cannot be run says why, with the line in the user's file and no stack trace", () => {
  const cases: readonly (readonly [text: string, message: string])[] = [
    ["export const a = 1", "lfadsfile.ts: It has no default export. | Write: export default defineLfads({ … })"],
    [
      "export default { collections: [] }",
      "lfadsfile.ts: Its default export is not what defineLfads returns. | Write: export default defineLfads({ … })",
    ],
    ["const a = 1;\nconst b = ;", 'lfadsfile.ts:2:11: Unexpected ";". | const b = ;'],
    ['import "./nope.js";', 'lfadsfile.ts:1:8: Could not resolve "./nope.js". | import "./nope.js";'],
    [
      'import x from "no-such-package";\nexport default x;',
      "lfadsfile.ts: The package no-such-package is not installed. | Install it: npm install no-such-package",
    ],
    [
      'import { lorens } from "lfads";\nexport default lorens();',
      "lfadsfile.ts:1: lfads has no export lorens: did you mean lorenz?",
    ],
    ['throw "enough";', "lfadsfile.ts: enough"],
    [
      'import { mean } from "./mean.ts";\ntype N = number;\n\nexport default mean([] as N[]);',
      "mean.ts:3:11: no values",
    ],
    [
      'import { runParams, sweep } from "lfads";\nexport default sweep(runParams({}), { c_gen_dim: 3 } as object);',
      "lfadsfile.ts:2:16: sweep: c_gen_dim must be a list of one value or more.",
    ],
    [
      'import { runParams, sweep } from "lfads";\nexport default sweep(runParams({}))\n  .where((p) => (p as any).c_gen_dims > 3);',
      "lfadsfile.ts:3:28: There is no parameter c_gen_dims: did you mean c_gen_dim?",
    ],
  ];
  const mean =
    'export function mean(values: number[]) {\n  if (values.length === 0) {\n    throw new Error("no values");\n  }\n}\n';
  const files = cases.map(([text]) => join(temporaryFolder({ "lfadsfile.ts": text, "mean.ts": mean }), "lfadsfile.ts"));
  // Node's own module loader is what users meet; vitest has another.
  const script = `
    import { loadProject } from "#lib/config/load-project.js";
    const files = ${JSON.stringify(files)};
    console.log(JSON.stringify(await Promise.all(files.map(async (file) => (await loadProject(file)).error))));
  `;
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const printed = execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: root,
    encoding: "utf8",
  });
  const failures: Failure[][] = JSON.parse(printed);
  expect(failures.map((list) => list.map(shown))).toEqual(cases.map(([, message]) => [message]));
  expect(new Set(failures.flat().map((failure) => failure.kind))).toEqual(new Set(["config"]));
});

describe("mistakes in the collections", () => {
  test("come all at once, each with its place and the closest name", async () => {
    const failures = await failuresOf(`
      import * as lfads from "lfads";
      const { datasetCollection, defineLfads, h5, lorenz, nwb, runCollection, runParams, runSpec, sweep } = lfads;
      const ok = runParams({ c_co_dim: 0 });
      const demo = datasetCollection("demo", { path: "datasets", datasets: lorenz() });
      const otherDemo = datasetCollection("demo", { path: "datasets", datasets: lorenz({ count: 4 }) });
      const broken = datasetCollection("demo/2", { path: "d", datasets: lorenz({ counts: 3, durationMs: 0.5 }) });
      const missing = datasetCollection("missing", { path: ".", datasets: h5(["*.h5", "a.h5"], { counts: "spikes" }) });
      const split = datasetCollection("split", {
        path: ".",
        datasets: h5("*.ts", { counts: { train: "a", valid: "b" }, truth: "c", binMs: 1, name: () => "CON" }),
      });
      const cue = datasetCollection("cue", { path: "nowhere", datasets: nwb("*.nwb", { align: "t", window: [0, 1], binMs: 3 }) });
      const backwards = datasetCollection("back", { path: ".", datasets: nwb("*.ts", { align: "t", window: [1, 0], binMs: 3 }) });
      const network = datasetCollection("net", { path: "net", datasets: lfads.chaoticRnn({ durationMs: 125, pulse: -1 }) });
      const uneven = datasetCollection("uneven", { path: "uneven", datasets: lfads.chaoticRnn({ durationMs: 125 }) });
      const bias = datasetCollection("bias", { path: ".", datasets: h5("*.ts", { counts: "a", binMs: 1, alignmentBias: "b" }) });
      const specs = [runSpec.all()];
      export default defineLfads({
        rot: "runs",
        store: { maxSize: "50 gigabytes", hardLinks: "yes", maxsize: 3 },
        collections: [
          runCollection("a", { datasets: demo, runSpecs: [
            runSpec.single("dataset01"), runSpec.of(["dataset001", "x"], { name: "../x" }), ...specs, ...specs,
            runSpec.of(["dataset001", "dataset001"]), runSpec.eachDataset() ], params: [ok] }),
          runCollection("a", { datasets: otherDemo, runSpecs: specs, params: sweep(ok, { c_gen_dim: [8, 16, 8] }) }),
          runCollection("b.", { datasets: broken, runSpecs: [], params: [ok] }),
          runCollection("c", { datasets: missing, runSpecs: specs, params: [ok] }),
          runCollection("d", { datasets: split, runSpecs: specs, params: [ok] }),
          runCollection("e", { datasets: cue, runSpecs: specs, params: [ok] }),
          runCollection("f", { datasets: backwards, runSpecs: specs, params: [ok] }),
          { name: "g", data: demo },
          runCollection("h", { datasets: network, runSpecs: specs, params: [ok] }),
          runCollection("i", { datasets: uneven, runSpecs: specs, params: [ok] }),
          runCollection("j", { datasets: bias, runSpecs: specs, params: [ok] }),
        ],
      });
    `);
    const dir = folder;
    expect(failures.map(shown)).toEqual([
      "lfadsfile.ts: Unknown option rot: did you mean root?",
      "lfadsfile.ts › store: Unknown option maxsize: did you mean maxSize?",
      'lfadsfile.ts › store › maxSize: maxSize is "50 gigabytes", but must be a size as "50GB", or "unlimited".',
      'lfadsfile.ts › store › hardLinks: hardLinks is "yes", but must be true or false.',
      'lfadsfile.ts › collections[0] "a" › runSpecs[5]: runSpecs[5] is [{"kind":"eachDataset"}], but must be ' +
        "runSpec.single(…), runSpec.all(), ...runSpec.eachDataset() or runSpec.of(…).",
      'lfadsfile.ts › collections[2] "b." › datasets "demo/2": Unknown option counts: did you mean count?',
      'lfadsfile.ts › collections[2] "b." › datasets "demo/2" › durationMs: durationMs is 0.5, but must be a whole number at least 1.',
      'lfadsfile.ts › collections[2] "b." › runSpecs: runSpecs is [], but must be one run spec or more, such as runSpec.all().',
      'lfadsfile.ts › collections[7] "g": datasets is missing.',
      'lfadsfile.ts › collections[7] "g": runSpecs is missing.',
      'lfadsfile.ts › collections[7] "g": params is missing.',
      'lfadsfile.ts › collections[7] "g": Unknown option data.',
      'lfadsfile.ts › collections[8] "h" › datasets "net" › pulse: pulse is -1, but must be a number at least 0.',
      'lfadsfile.ts › collections[0] "a" › runSpecs[0]: The collection has no dataset "dataset01": did you mean "dataset001"?',
      'lfadsfile.ts › collections[0] "a" › runSpecs[1] "../x": The collection has no dataset "x". | It has dataset001, dataset002, dataset003.',
      'lfadsfile.ts › collections[0] "a" › runSpecs[4]: The dataset "dataset001" is named twice.',
      'lfadsfile.ts › collections[0] "a" › runSpecs[1] "../x": "../x" cannot be the name of a run spec, ' +
        "because folders and files are named after it: it starts with a dot.",
      'lfadsfile.ts › collections[0] "a" › runSpecs[3]: Two run specs are named "all".',
      'lfadsfile.ts › collections[1] "a" › datasets "demo": Two different dataset collections are named "demo".',
      'lfadsfile.ts › collections[1] "a" › params[2]: It is the same setting as params[0], param_GuoEc_. | ' +
        "Settings of a collection must differ in a parameter that the folder's name depends on, such as seed.",
      'lfadsfile.ts › collections[2] "b." › datasets "demo/2": "demo/2" cannot be the name of a dataset collection, ' +
        "because folders and files are named after it: it contains /.",
      'lfadsfile.ts › collections[3] "c" › datasets "missing": h5 is told neither how wide the bins are nor where their times are. | ' +
        "Add binMs, the width in ms, or time, the path of the times in ms.",
      `lfadsfile.ts › collections[3] "c" › datasets "missing" › pattern: No file matches "*.h5" in ${dir}.`,
      `lfadsfile.ts › collections[3] "c" › datasets "missing" › pattern: No file matches "a.h5" in ${dir}.`,
      'lfadsfile.ts › collections[4] "d" › datasets "split" › truth: counts has train and valid, so truth must be { train, valid } too.',
      'lfadsfile.ts › collections[4] "d" › datasets "split": "CON" cannot be the name of a dataset, ' +
        `because folders and files are named after it: Windows reserves it. | The name comes from ${dir}/lfadsfile.ts.`,
      'lfadsfile.ts › collections[5] "e" › datasets "cue" › window: The window of 1000 ms is no whole number of bins of 3 ms.',
      `lfadsfile.ts › collections[5] "e" › datasets "cue" › path: The folder ${dir}/nowhere does not exist.`,
      'lfadsfile.ts › collections[6] "f" › datasets "back" › window: window is [1, 0], but it must end after it begins.',
      'lfadsfile.ts › collections[9] "i" › datasets "uneven" › durationMs: durationMs is 125, which is no whole number of bins of 10 ms.',
      'lfadsfile.ts › collections[10] "j" › datasets "bias" › alignmentBias: The alignment bias belongs to a matrix. | ' +
        "Add alignmentMatrix, the path of the matrix, channels × factors.",
      'lfadsfile.ts › collections[1] "a": Two run collections are named "a".',
      'lfadsfile.ts › collections[2] "b.": "b." cannot be the name of a run collection, because folders and files are named after it: ' +
        "it starts or ends with a space, or ends with a dot.",
    ]);
  });

  test.each(["", ".", "..", "../x", "a/b", "a\\b", ".hidden", "nul", "LPT1.txt", "a:b", "what?", "-x", "x ", "a\nb"])(
    "of names: %o is no name of a collection",
    async (name) => {
      const failures = await failuresOf(`
        import { datasetCollection, defineLfads, lorenz, runCollection, runParams, runSpec } from "lfads";
        export default defineLfads({ collections: [runCollection(${JSON.stringify(name)}, {
          datasets: datasetCollection("demo", { path: "datasets", datasets: lorenz() }),
          runSpecs: [runSpec.all()], params: [runParams({ c_co_dim: 0 })] })] });
      `);
      expect(failures.map((failure) => failure.what.split(",")[0])).toEqual([
        `${JSON.stringify(name)} cannot be the name of a run collection`,
      ]);
    },
  );
});

test("two collections cannot be generated into one folder", async () => {
  const failures = await failuresOf(`
    import { datasetCollection, defineLfads, lorenz, runCollection, runParams, runSpec } from "lfads";
    const demo = (name: string, path: string, seed: number) => runCollection(name, {
      datasets: datasetCollection(name, { path, datasets: lorenz({ seed }) }),
      runSpecs: [runSpec.all()],
      params: [runParams({ c_co_dim: 0 })],
    });
    export default defineLfads({ collections: [demo("a", "datasets", 1), demo("b", "datasets", 2), demo("c", "others", 3)] });
  `);
  expect(failures.map(shown)).toEqual([
    `lfadsfile.ts › collections[1] "b" › datasets "b" › path: The dataset collections "a" and "b" are both generated into ${folder}/datasets. | ` +
      "Give each a folder of its own.",
  ]);
});

describe("mistakes in the parameters", () => {
  test("come all at once, and once for all settings of a sweep", async () => {
    const failures = await paramFailures(`sweep(runParams({
      c_gen_dims: 64, alignEven: "move", sseed: 1, c_co_dim: 0, c_ic_dim: 64.5, c_keep_prob: 0, c_learning_rate_decay_factor: 1,
      c_output_dist: "gaussan", posterior_mean_kind: "mean", trainToTestRatio: 0, spikeBinMs: -1, c_do_train_readin: "yes",
      c_max_grad_norm: Infinity,
      custom: { alignEvent: { class: "char", default: "cue" }, zscore: { class: "uint8", default: 300 } }, zscore: 0.5,
    }), { c_factors_dim: [4, 8] })`);
    const at = 'lfadsfile.ts › collections[0] "demo" › params[0]';
    const twice = " (and 1 more place)";
    expect(failures.map(shown)).toEqual([
      `${at}${twice}: Unknown parameter c_gen_dims: did you mean c_gen_dim?`,
      `${at}${twice}: Unknown parameter alignEven: did you mean alignEvent?`,
      `${at}${twice}: Unknown parameter sseed: did you mean seed?`,
      `${at} › spikeBinMs${twice}: spikeBinMs is -1, but must be a number above 0.`,
      `${at} › c_learning_rate_decay_factor${twice}: c_learning_rate_decay_factor is 1, but must be a number above 0 and below 1.`,
      `${at} › c_max_grad_norm${twice}: c_max_grad_norm is Infinity, but must be a number above 0.`,
      `${at} › trainToTestRatio${twice}: trainToTestRatio is 0, but must be a whole number from 1 to 65535.`,
      `${at} › c_keep_prob${twice}: c_keep_prob is 0, but must be a number above 0 and at most 1.`,
      `${at} › c_ic_dim${twice}: c_ic_dim is 64.5, but must be a whole number from 0 to 65535.`,
      `${at} › c_output_dist${twice}: c_output_dist is "gaussan", but must be "poisson" or "gaussian".`,
      `${at} › c_do_train_readin${twice}: c_do_train_readin is "yes", but must be true or false.`,
      `${at} › posterior_mean_kind${twice}: posterior_mean_kind is "mean", but must be "posterior_sample_and_average" or "posterior_push_mean".`,
      `${at} › custom${twice}: The default of zscore is 300, but must be a whole number from 0 to 255, or a list of such.`,
      `${at} › zscore${twice}: zscore is 0.5, but must be a whole number from 0 to 255, or a list of such.`,
    ]);
  });

  test("of own declarations are named", async () => {
    const failures = await paramFailures(`[runParams({
      c_co_dim: 0, nothingAlike: 1,
      custom: { c_gen_dim: { class: "uint16", default: 1 }, "a b": { class: "char", default: "" } },
    }), runParams({ c_co_dim: 0, custom: { a: { class: "uint12", default: 1 }, b: { class: "char", default: "", affects: "dat" } } })]`);
    const at = 'lfadsfile.ts › collections[0] "demo" › params';
    expect(failures.map(shown)).toEqual([
      `${at}[0]: Unknown parameter nothingAlike. | A parameter of your own is declared in \`custom\`, see runParams.`,
      `${at}[1] › custom › a › class: class is "uint12", but must be the name of a MATLAB class such as "double".`,
      `${at}[1] › custom › b › affects: affects is "dat", but must be "data", "model" or "nothing".`,
      `${at}[0] › custom: c_gen_dim is a built-in parameter and cannot be declared again.`,
      `${at}[0] › custom: "a b" cannot be the name of a parameter: letters, digits and _ after a first letter, at most 63.`,
    ]);
  });

  test("that do not fit each other are found", async () => {
    const failures = await paramFailures(
      "[runParams({ c_co_dim: 0, c_learning_rate_stop: 0.1, c_ic_prior_var_max: 0.05 })]",
    );
    const at = 'lfadsfile.ts › collections[0] "demo" › params[0]';
    expect(failures.map(shown)).toEqual([
      `${at} › c_learning_rate_stop: c_learning_rate_stop is 0.1, but must be below c_learning_rate_init, which is 0.01.`,
      `${at} › c_ic_prior_var_max: c_ic_prior_var_max is 0.05, but must be at least c_ic_prior_var_min, which is 0.1.`,
    ]);
  });

  test("that ask for what cannot be, alone or in the run specs they are used with, are found", async () => {
    const failures = (
      await paramFailures(
        `[
      runParams({ c_ic_dim: 0, c_co_dim: 0 }),
      runParams({ c_inject_ext_input_to_gen: true, c_prior_ar_atau: 1e7, c_feedback_factors_or_rates: "rates" }),
      runParams({ c_temporal_spike_jitter_width: 2, c_output_dist: "gaussian", c_cd_pass_rate: 0.1 }),
      runParams({ c_debug_reduce_timesteps_to: 1.5, trainOnly: "encoders" }),
      runParams({ c_debug_reduce_timesteps_to: 0, seed: 1 }),
      runParams({ c_feedback_factors_or_rates: "rates", c_do_feed_factors_to_controller: false }),
      runParams({ c_co_dim: 0, c_prior_ar_atau: 1e7, c_feedback_factors_or_rates: "rates" }),
    ]`,
        "[runSpec.all(), runSpec.single('dataset001')]",
      )
    ).filter(({ kind }) => kind === "config");
    const at = 'lfadsfile.ts › collections[0] "demo" › params';
    expect(failures.map(shown)).toEqual([
      `${at}[0] › c_ic_dim: c_ic_dim and c_co_dim are both 0: the model would infer nothing from a trial, and all trials would look alike. | ` +
        "Give it an initial condition, such as c_ic_dim: 64, or inferred inputs, such as c_co_dim: 4.",
      `${at}[1] › c_inject_ext_input_to_gen: c_inject_ext_input_to_gen is true, but c_ext_input_dim is 0: there is no external input to inject. | ` +
        "Set c_ext_input_dim to the number of external inputs of the recordings.",
      `${at}[1] › c_prior_ar_atau: c_prior_ar_atau is 10000000 bins, but must be at most 1000000.`,
      `${at}[1] › c_feedback_factors_or_rates: c_feedback_factors_or_rates is "rates", but run spec "all" has 2 datasets, whose rates are as many as each has channels. | ` +
        'Write c_feedback_factors_or_rates: "factors", or train a model for each dataset.',
      `${at}[2] › c_temporal_spike_jitter_width: c_temporal_spike_jitter_width is 2, but c_output_dist is "gaussian": only spikes can be moved. | ` +
        "Write c_temporal_spike_jitter_width: 0.",
      `${at}[2] › c_cd_pass_rate: c_cd_pass_rate is 0.1, but c_cd_rate is 0: without coordinated dropout there is nothing to pass. | ` +
        "Set c_cd_rate, or leave c_cd_pass_rate out.",
      `${at}[3] › c_debug_reduce_timesteps_to: c_debug_reduce_timesteps_to is 1.5, but must be a whole number at least 1, or [] for all bins.`,
      `${at}[3] › trainOnly: trainOnly is "encoders", but there is no initFrom: the rest would stay as it was drawn at random. | ` +
        "Name the run to start from with initFrom.",
      `${at}[4] › c_debug_reduce_timesteps_to: c_debug_reduce_timesteps_to is 0, but must be a whole number at least 1, or [] for all bins.`,
    ]);
  });

  test("that name no run to start from, several runs or themselves are found", async () => {
    const failures = await paramFailures(
      `[
      runParams({ c_co_dim: 0, name: "pretrained" }),
      ...sweep(runParams({ c_co_dim: 0, name: "two" }), { c_gen_dim: [8, 16] }),
      runParams({ c_co_dim: 0, name: "fine", initFrom: "demo/pretrained/all" }),
      runParams({ c_co_dim: 0, name: "own spec", initFrom: "demo/pretrained", seed: 1 }),
      runParams({ c_co_dim: 0, name: "near", initFrom: "demo/pretraind/all" }),
      runParams({ c_co_dim: 0, name: "near too", initFrom: "demo/pretraind" }),
      runParams({ c_co_dim: 0, name: "far", initFrom: "elsewhere" }),
      runParams({ c_co_dim: 0, name: "many", initFrom: "demo/two/all" }),
      runParams({ c_co_dim: 0, name: "a", initFrom: "demo/b" }),
      runParams({ c_co_dim: 0, name: "b", initFrom: "demo/a" }),
      runParams({ c_co_dim: 0, name: "c", initFrom: "demo/b", seed: 2 }),
      runParams({ c_co_dim: 0, name: "self", initFrom: "demo/self" }),
    ]`,
      "[runSpec.all(), runSpec.single('dataset001')]",
    );
    const at = (j: number, more = "") => `lfadsfile.ts › collections[0] "demo" › params[${j}] › initFrom${more}: `;
    const twice = " (and 1 more place)";
    expect(failures.map(shown).map((text) => text.replace(/param_[\w-]{6}/g, "param_*"))).toEqual([
      `${at(5, twice)}No run is called "demo/pretraind/all": did you mean "demo/pretrained/all"?`,
      `${at(6, twice)}No run is called "demo/pretraind": did you mean "demo/pretrained"?`,
      `${at(7, twice)}No run is called "elsewhere". | It is <collection>/<setting>/<run spec>; the setting by its name or its folder, param_….`,
      `${at(8, twice)}initFrom is "demo/two/all", but 2 settings have that name. | Name the setting by its folder: param_*, param_*.`,
      `${at(9)}initFrom leads in a circle: demo/a/all → demo/b/all → demo/a/all.`,
      `${at(9)}initFrom leads in a circle: demo/a/single_dataset001 → demo/b/single_dataset001 → demo/a/single_dataset001.`,
      `${at(10)}initFrom leads in a circle: demo/b/all → demo/a/all → demo/b/all.`,
      `${at(10)}initFrom leads in a circle: demo/b/single_dataset001 → demo/a/single_dataset001 → demo/b/single_dataset001.`,
      `${at(12)}initFrom leads in a circle: demo/self/all → demo/self/all.`,
      `${at(12)}initFrom leads in a circle: demo/self/single_dataset001 → demo/self/single_dataset001.`,
    ]);
  });
});

describe("a setting of the alignment", () => {
  test("that is not known, or contradicts another, is said before anything runs", async () => {
    const failures = await paramFailures(
      `[
        runParams({ c_co_dim: 0, alignmentApproach: "procrustes" }),
        runParams({ c_co_dim: 0, seed: 2, alignmentExtraArgs: ["lambda", 0.1] }),
        runParams({ c_co_dim: 0, seed: 3, useSingleDatasetAlignmentMatrix: true, setInFactorsMatchDataForSingleDataset: true }),
        runParams({ c_co_dim: 0, seed: 4, alignmentExtraArgs: ["ridgeNormalizeEach", false] }),
      ]`,
      "[runSpec.all(), ...runSpec.eachDataset()]",
    );
    const at = (k: number) => `lfadsfile.ts › collections[0] "demo" › params[${k}]`;
    expect(failures.map(shown)).toEqual([
      `${at(0)} › alignmentApproach: alignmentApproach is "procrustes", but must be "regressGlobalPCs" or "ridgeRegressGlobalPCs".`,
      `${at(1)} › alignmentExtraArgs: alignmentExtraArgs is ["lambda",0.1], but all that it can be is ["ridgeNormalizeEach", true]. | ` +
        "With it, a ridge regression divides each channel by its own standard deviation.",
      `${at(2)} › useSingleDatasetAlignmentMatrix: useSingleDatasetAlignmentMatrix and setInFactorsMatchDataForSingleDataset ` +
        "are both true: a read-in cannot start from a matrix and be left out. | Write one of them only.",
    ]);
  });
});

let folder = "";

async function failuresOf(text: string): Promise<readonly Failure[]> {
  folder = temporaryFolder({ "lfadsfile.ts": text });
  const result = await loadProject(join(folder, "lfadsfile.ts"));
  return result.ok ? [] : result.error;
}

function paramFailures(params: string, runSpecs = "[runSpec.all()]"): Promise<readonly Failure[]> {
  return failuresOf(`
    import { datasetCollection, defineLfads, lorenz, runCollection, runParams, runSpec, sweep } from "lfads";
    const datasets = datasetCollection("demo", { path: "datasets", datasets: lorenz({ count: 2 }) });
    export default defineLfads({ collections: [runCollection("demo", { datasets, runSpecs: ${runSpecs}, params: ${params} })] });
  `);
}

function shown({ where, what, hint }: Failure): string {
  return `${where}: ${what}${hint === undefined ? "" : ` | ${hint}`}`;
}
