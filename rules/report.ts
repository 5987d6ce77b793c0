import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Rule, RuleContext, RuleInputFile } from "#lib/build/rule.js";
import { makeReport, type ReportSources } from "#lib/report/make-report.js";
import { reportHtml } from "#lib/report/report-html.js";
import type { RunPart, RunSources } from "#lib/report/run-sources.js";
import { readReconstructions } from "./alignment-file.js";
import { type MadePart, REPORT_FILE, type ReportedRun, type ReportParams } from "./report-target.js";
import { reportedResults } from "./reported-results.js";
import type { RunResults } from "./run-results.js";
import { ruleVersions } from "./versions.js";

/** One page of all runs of a collection. Inputs: what the runs made, each named for its target; output `report.html`. */
export const report: Rule = {
  name: "report",
  version: ruleVersions.report,
  async run({ params, inputs, out, signal, log, progress }) {
    const { lfads, collection, folder, imported, common, varying, runs } = params as unknown as ReportParams;
    const sources: ReportSources = {
      ...{ lfads, collection, folder, imported, common, varying },
      runs: runs.map((run) => sourcesOf(run, inputs)),
    };
    const data = await makeReport(sources, { signal, onProgress: (done) => progress({ done }) });
    const detailed = data.runs.filter(({ detail }) => detail).length;
    log(
      `${data.runs.length} runs, ${data.runs.filter(({ cost }) => cost).length} with curves, ${detailed} with trials.`,
    );
    writeFileSync(join(out, REPORT_FILE), reportHtml(data));
  },
};

function sourcesOf(run: ReportedRun, inputs: RuleContext["inputs"]): RunSources {
  const { made, exports, ...facts } = run;
  const filesOf = (part: MadePart | undefined): readonly RuleInputFile[] => (part ? inputs[part.input]! : []);
  const found = (part: MadePart | undefined, name: string) => filesOf(part).find((file) => file.name === name)?.path;
  const results = found(made.results, "results.json");
  const fitlog = found(made.train, "lfadsOutput/fitlog.csv");
  const parts = facts.datasets.map((name): RunPart | undefined => {
    const input = found(exports[name], `lfads_${name}.h5`);
    const side = (which: string) => {
      // Older LFADS gave the average over samples the shorter name.
      const kinds = ["posterior_sample_and_average", "posterior_sample"];
      const names = kinds.map((kind) => `lfadsOutput/model_runs_${name}.h5_${which}_${kind}`);
      return names.map((file) => found(made.posterior, file)).find((path) => path !== undefined);
    };
    const [train, valid] = [side("train"), side("valid")];
    const modelParams = found(made["model-params"], "lfadsOutput/model_params");
    const evaluation = found(exports[name], `evaluation_${name}.h5`);
    const inputInfo = found(exports[name], `inputInfo_${name}.mat`);
    if (!input || !train || !valid) return undefined;
    const others = Object.entries({ modelParams, evaluation, inputInfo }).filter(([, path]) => path !== undefined);
    return { name, files: { input, posterior: { train, valid }, ...Object.fromEntries(others) } };
  });
  const [alignment] = filesOf(made.align);
  const isWhole = parts.every((part) => part !== undefined);
  return {
    ...facts,
    results: results ? reportedResults(JSON.parse(readFileSync(results, "utf8")) as RunResults) : {},
    files: [...Object.values(exports), ...Object.values(made)].flatMap((part) =>
      filesOf(part).map(({ name, digest }) => ({ path: `${part.folder}/${name}`, sha256: digest })),
    ),
    ...(fitlog ? { fitlog } : {}),
    events: filesOf(made.train)
      .filter(({ name }) => name.startsWith("lfadsOutput/lfads_log/"))
      .map(({ path }) => path),
    ...(isWhole ? { parts } : {}),
    ...(alignment ? { alignment: () => readReconstructions(alignment.path) } : {}),
  };
}
