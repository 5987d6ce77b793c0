/** summary.txt: what a RunCollection consists of, in the Run Manager's words and layout (docs/files.md). */
import type { Collection, RunParams } from "#lib/config/project.js";
import type { ParamValue } from "#lib/params/param-value.js";

const RULE = `\n  ${"-".repeat(24)}\n\n`;

/** Both paths are relative to the lfadsfile, so that the file is the same in every clone. */
export function summaryText(collection: Collection, path: string, datasetPath: string): string {
  const { name, datasets, runSpecs, params } = collection;
  const runs = runSpecs.length * params.length;
  const head = [
    `LFADS.RunCollection "${name}" (${runs} runs total)`,
    `  Path: ${path}`,
    `  Dataset Collection "${datasets.name}" (${datasets.datasets.length} datasets) in ${datasetPath}`,
  ];
  const specs = [
    `  ${runSpecs.length} Run Specifications:`,
    ...runSpecs.map((spec, index) =>
      [
        "",
        `    [runSpec ${index + 1}] LFADS.RunSpec "${spec.name}" (${spec.datasets.length} datasets)`,
        ...spec.datasets.map((dataset, at) => `      [ds ${at + 1}] LFADS.Dataset "${dataset}"`),
      ].join("\n"),
    ),
  ];
  const settings = [
    `  ${params.length} Parameter Settings:`,
    ...params.map((setting, index) => `\n${settingText(setting, index + 1)}`),
  ];
  return `${[head, specs, settings].map((lines) => lines.join("\n")).join(`\n${RULE}`)}\n`;
}

function settingText({ name, paramName, dataName, nonDefault, values }: RunParams, index: number): string {
  const differing = Object.entries(nonDefault).map(([key, value]) => `${key}=${shown(value)}`);
  return [
    `    [${index} ${paramName} ${dataName}] LFADS.RunParams "${name}"`,
    `      ${differing.join(" ")}`,
    "",
    ...Object.entries(values).map(([key, value]) => `      ${key}: ${shown(value)}`),
  ].join("\n");
}

function shown(value: ParamValue): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : JSON.stringify(value);
}
