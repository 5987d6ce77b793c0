import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Rule, RuleContext } from "#lib/build/rule.js";
import { makeReport, type ReportSources } from "#lib/report/make-report.js";
import { reportHtml } from "#lib/report/report-html.js";
import type { RunPart, RunSources } from "#lib/report/run-sources.js";
import { readReconstructions } from "./alignment-file.js";
import { REPORT_FILE, type ReportedRun, type ReportParams } from "./report-target.js";
import { reportedResults } from "./reported-results.js";
import { POSTERIOR_KINDS } from "./run-place.js";
import type { RunResults } from "./run-results.js";
import { ruleVersions } from "./versions.js";

/** One page of all runs of a collection. Inputs: what the runs made, each named for its target; output `report.html`. */
export const report: Rule = {
  name: "report",
  version: ruleVersions.report,
  async run({ params, inputs, out, signal, log, progress }) {
    const { page: _, runs, ...facts } = params as unknown as ReportParams;
    const sources: ReportSources = { ...facts, runs: runs.map((run) => sourcesOf(run, facts, inputs)) };
    const data = await makeReport(sources, { signal, onProgress: (done) => progress({ done }) });
    const [curves, trials] = [data.runs.filter(({ cost }) => cost), data.runs.filter(({ detail }) => detail)];
    log(`${data.runs.length} runs, ${curves.length} with curves, ${trials.length} with trials.`);
    writeFileSync(join(out, REPORT_FILE), reportHtml(data));
  },
};

function sourcesOf(
  run: ReportedRun,
  { collection, imported }: Pick<ReportParams, "collection" | "imported">,
  inputs: RuleContext["inputs"],
): RunSources {
  const { dataFolder, ...facts } = run;
  const place = `${collection}/${facts.dataName}/${facts.spec}`;
  const made = (rule: string) => inputs[`${facts.label}:${rule}`] ?? [];
  const exported = (name: string) => inputs[`${place}/${name}:export`] ?? [];
  const find = (files: ReturnType<typeof made>, ...names: readonly string[]) =>
    names.flatMap((name) => files.filter((file) => file.name === name))[0]?.path;
  const [train, posterior, params] = [made("train"), made(POSTERIOR_KINDS[0]), made("model-params")];
  const alignment = inputs[`${place}:align`]?.[0]?.path;
  const results = find(made("results"), "results.json");
  const fitlog = find(train, "lfadsOutput/fitlog.csv");
  const modelParams = find(params, "lfadsOutput/model_params");
  const parts = facts.datasets.flatMap((name): RunPart[] => {
    const files = exported(name);
    const input = find(files, `lfads_${name}.h5`);
    const side = (which: string) => {
      const start = `lfadsOutput/model_runs_${name}.h5_${which}_posterior_sample`;
      // Older LFADS gave the average over samples the shorter name.
      return find(posterior, `${start}_and_average`, start);
    };
    const [ofTrain, ofValid] = [side("train"), side("valid")];
    if (!input || !ofTrain || !ofValid) return [];
    const evaluation = find(files, `evaluation_${name}.h5`);
    const inputInfo = find(files, `inputInfo_${name}.mat`);
    const others = Object.entries({ modelParams, evaluation, inputInfo }).filter(([, path]) => path !== undefined);
    return [{ name, files: { input, posterior: { train: ofTrain, valid: ofValid }, ...Object.fromEntries(others) } }];
  });
  const listed = (folder: string, files: ReturnType<typeof made>) =>
    files.map(({ name, digest }) => ({ path: `${folder}/${name}`, sha256: digest }));
  return {
    ...facts,
    results: results ? reportedResults(JSON.parse(readFileSync(results, "utf8")) as RunResults) : {},
    files: [
      ...listed(dataFolder, [...facts.datasets.flatMap(exported), ...(inputs[`${place}:align`] ?? [])]),
      // Results of an imported run are ours, and not in its folder.
      ...listed(facts.folder, [...(imported ? [] : made("results")), ...train, ...posterior, ...params]),
    ],
    ...(fitlog ? { fitlog } : {}),
    events: train.filter(({ name }) => name.startsWith("lfadsOutput/lfads_log/")).map(({ path }) => path),
    ...(parts.length === facts.datasets.length ? { parts } : {}),
    ...(alignment ? { alignment: () => readReconstructions(alignment) } : {}),
  };
}
