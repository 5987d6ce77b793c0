/** A lfadsfile that describes imported collections, as a person would write it. */
import type { ParamValue } from "#lib/params/param-value.js";
import type { FoundCollection } from "./describe-collection.js";
import type { FoundSetting } from "./describe-setting.js";
import type { FoundDataset } from "./find-datasets.js";
import type { Spec } from "./run-folder.js";

/** @param root From the lfadsfile's folder to the folder that the collections are in; with `/`. */
export function lfadsfileText(collections: readonly FoundCollection[], root: string): string {
  const parts = collections.map((collection, index) => collectionText(collection, root, suffix(collections, index)));
  const names = ["datasetCollection", "defineLfads", "h5", "runCollection", "runParams", "runSpec"];
  const used = names.filter(
    (name) =>
      parts.some(({ text, run }) => `${text}${run}`.includes(`${name}(`) || `${text}${run}`.includes(`${name}.`)) ||
      name === "defineLfads",
  );
  return [
    "/**",
    " * Runs that were made elsewhere, as lfads import found them. They are read, never written: lfads build computes what",
    " * follows from them. For new runs of the same data add a runCollection(…) of another name, without `imported`. Leave",
    " * `imported` where it is: it says that these runs are there.",
    " */",
    `import { ${used.join(", ")} } from "lfads";`,
    "",
    ...parts.map(({ text }) => text),
    "export default defineLfads({",
    `  root: ${JSON.stringify(root)},`,
    "  collections: [",
    ...parts.map(({ run }) => run),
    "  ],",
    "});",
    "",
  ].join("\n");
}

/** Several collections have numbered constants. */
function suffix(collections: readonly unknown[], index: number): string {
  return collections.length > 1 ? String(index + 1) : "";
}

function collectionText(collection: FoundCollection, root: string, number: string): { text: string; run: string } {
  const { name, datasets, runSpecs, settings } = collection;
  const shared = sharedValues(settings);
  const text = [
    ...collection.notes.map((note) => `// To look at: ${note}`),
    `/** What the models of ${name} read. */`,
    `const sessions${number} = datasetCollection(${JSON.stringify(setName(collection))}, {`,
    `  path: ${JSON.stringify(`${root}/${name}`)},`,
    `  datasets: h5(${JSON.stringify(datasets.map(({ file }) => file))}, {`,
    '    name: (file) => file.slice(file.lastIndexOf("/lfads_") + 7, -3),',
    ...mappingText(datasets).map((line) => `    ${line}`),
    "  }),",
    "});",
    "",
    ...(shared ? [`const base${number} = runParams(${objectText(shared)});`, ""] : []),
  ].join("\n");
  const all = datasets.map((dataset) => dataset.name);
  const run = [
    `    runCollection(${JSON.stringify(name)}, {`,
    `      datasets: sessions${number},`,
    `      runSpecs: [${runSpecs.map((spec) => specText(spec, all)).join(", ")}],`,
    "      params: [",
    ...settings.map((setting) => `        ${paramsText(setting, shared, `base${number}`, settings)},`),
    "      ],",
    "      imported: [",
    ...settings.map(({ paramName, dataName, params: { confirmed } }) => {
      const rest = confirmed ? "" : ", unconfirmed: true";
      return `        { param: ${JSON.stringify(paramName)}, data: ${JSON.stringify(dataName)}${rest} },`;
    }),
    "      ],",
    "    }),",
  ].join("\n");
  return { text, run };
}

/** Two collections may name their recordings alike, and read them differently. */
function setName({ name, datasetCollection }: FoundCollection): string {
  return datasetCollection === name ? name : `${datasetCollection}_of_${name}`;
}

/** The paths of what all files have. */
function mappingText(datasets: readonly FoundDataset[]): string[] {
  const have = (name: string) => datasets.every(({ arrays }) => arrays.has(name));
  const both = (name: string) => `{ train: "train_${name}", valid: "valid_${name}" }`;
  const bins = Math.min(...datasets.map(({ binMs }) => binMs));
  return [
    `counts: ${both("data")},`,
    ...(have("valid_inds") ? [`indices: { train: "train_inds", valid: "valid_inds", base: 1 },`] : []),
    ...(have("valid_truth") ? [`truth: ${both("truth")},`, `truthUnit: "countsPerBin",`] : []),
    ...(have("valid_ext_input") ? [`externalInputs: ${both("ext_input")},`] : []),
    ...(have("alignment_matrix_cxf") ? [`alignmentMatrix: "alignment_matrix_cxf",`] : []),
    ...(have("alignment_bias_c") ? [`alignmentBias: "alignment_bias_c",`] : []),
    ...(have("valid_condition") ? [`condition: ${both("condition")},`] : []),
    `binMs: ${bins},`,
  ];
}

function specText({ name, datasets }: Spec, all: readonly string[]): string {
  if (datasets.length === 1 && name === `single_${datasets[0]}`)
    return `runSpec.single(${JSON.stringify(datasets[0])})`;
  if (name === "all" && datasets.length === all.length) return "runSpec.all()";
  return `runSpec.of(${JSON.stringify(datasets)}, { name: ${JSON.stringify(name)} })`;
}

/** What settings without parameters of their own have in common; undefined where there is nothing to share. */
function sharedValues(settings: readonly FoundSetting[]): Record<string, ParamValue> | undefined {
  const [first, ...others] = settings.map(valuesOf);
  if (!first || others.length === 0 || settings.some(({ params }) => Object.keys(params.own).length > 0))
    return undefined;
  const same = Object.entries(first).filter(([name, value]) =>
    others.every((values) => JSON.stringify(values[name]) === JSON.stringify(value)),
  );
  return same.length > 0 ? Object.fromEntries(same) : undefined;
}

/** What its runParams names. */
function valuesOf({ name, params }: FoundSetting): Readonly<Record<string, ParamValue>> {
  return { ...(name === "" ? {} : { name }), ...params.values };
}

function paramsText(
  setting: FoundSetting,
  shared: Record<string, ParamValue> | undefined,
  base: string,
  settings: readonly FoundSetting[],
): string {
  const values = valuesOf(setting);
  const written = Object.fromEntries(
    Object.entries(values).filter(([key]) => shared === undefined || !(key in shared)),
  );
  const custom = Object.entries(setting.params.own).map(([key, { class: className, affects }]) => {
    return [key, { class: className, default: defaultOf(key, values[key]!, settings), affects }] as const;
  });
  const object = objectText({ ...(custom.length > 0 ? { custom: Object.fromEntries(custom) } : {}), ...written });
  if (shared === undefined) return `runParams(${object})`;
  return Object.keys(written).length > 0 ? `runParams(${base}, ${object})` : base;
}

/** The default of the user's own parameter: another setting may be at it; otherwise one that nobody has. */
function defaultOf(name: string, value: ParamValue, settings: readonly FoundSetting[]): unknown {
  const printed = settings.map(({ ownDefaults }) => ownDefaults.get(name)).find((text) => text !== undefined);
  if (printed !== undefined) {
    if (typeof value === "string") return printed;
    return typeof value === "boolean" ? printed === "true" : Number(printed);
  }
  if (typeof value === "boolean") return !value;
  const taken = settings.map(({ params }) => params.values[name]);
  if (typeof value === "number") return [0, 1, 2].find((each) => !taken.includes(each)) ?? 0;
  return "";
}

function objectText(value: Readonly<Record<string, unknown>>): string {
  const fields = Object.entries(value).map(([name, each]) => `${name}: ${valueText(each)}`);
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}

function valueText(value: unknown): string {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? objectText(value as Record<string, unknown>) : JSON.stringify(value);
}
