/** A comparison for people: a table of what differs for each part, and a line for what is the same. */
import { basename } from "node:path";
import type { AttributeDifference } from "#lib/hdf5/compare-attributes.js";
import type { DatasetComparison } from "#lib/hdf5/compare-hdf5.js";
import type { LargestDifference } from "#lib/hdf5/compare-values.js";
import { formatNumber } from "../format-number.js";
import { type Column, formatTable } from "../format-table.js";
import type { Paint } from "../paint.js";
import type { ComparedOutput } from "./compare-outputs.js";
import type { ComparedResult } from "./compare-results.js";
import type { Difference } from "./compare-sides.js";
import type { Comparison } from "./comparison.js";

/** @param most Of an HDF5 file in which more datasets differ, so many that differ most are shown. */
export function formatComparison(comparison: Comparison, most: number, paint: Paint): string {
  const { left, right, parameters, inputs, versions, results, outputs } = comparison;
  const blocks = [
    [`A  ${left}`, `B  ${right}`],
    differenceBlock("parameters", parameters, "the same", paint),
    differenceBlock("inputs", inputs.differences, `the same ${inputs.total}`, paint),
    differenceBlock("versions", versions, "the same", paint),
    ...(results.length > 0 ? [resultBlock(results, paint)] : []),
    ...outputBlocks(outputs, most, paint),
  ];
  return `${blocks.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function differenceBlock(title: string, rows: readonly Difference[], same: string, paint: Paint): string[] {
  if (rows.length === 0) return [`${paint("bold", title)}: ${same}`];
  const cells = rows.map(({ name, left, right }) => [name, left ?? "–", right ?? "–"]);
  return table([{ title }, { title: "A" }, { title: "B" }], cells, paint);
}

function resultBlock(rows: readonly ComparedResult[], paint: Paint): string[] {
  const number = (value: number | null) => (value === null ? "–" : formatNumber(value));
  const cells = rows.map(({ name, left, right }) => {
    const difference = left === null || right === null ? null : right - left;
    return [name, number(left), number(right), difference === null ? "" : signed(difference)];
  });
  const columns: Column[] = ["A", "B", "B − A"].map((title) => ({ title, align: "right" }));
  return table([{ title: "results" }, ...columns], cells, paint);
}

function signed(value: number): string {
  return value > 0 ? `+${formatNumber(value)}` : formatNumber(value).replace("-", "−");
}

function outputBlocks(outputs: readonly ComparedOutput[], most: number, paint: Paint): string[][] {
  const with_ = (state: ComparedOutput["state"]) => outputs.filter((output) => output.state === state);
  const [same, differs] = [with_("same"), with_("differs")];
  const names = (some: readonly ComparedOutput[]) => some.map(nameOf).join(", ");
  const lines = [`${paint("bold", "outputs")}: ${same.length} of ${outputs.length} files are the same, to the byte`];
  const others = differs.filter((output) => output.hdf5 === null);
  if (others.length > 0) lines.push(`  not the same, and no HDF5: ${names(others)}`);
  for (const [state, what] of [
    ["only-left", "only A has"],
    ["only-right", "only B has"],
    ["missing", "no longer on the disk"],
  ] as const) {
    const some = with_(state);
    if (some.length > 0) lines.push(`  ${what}: ${names(some)}`);
  }
  const isEarlier = ({ series }: ComparedOutput, i: number) =>
    series !== null && differs.slice(i + 1).some((later) => later.series === series);
  const earlier = Number.isFinite(most) ? differs.filter(isEarlier) : [];
  if (earlier.length > 0) lines.push(`  not the same, and not shown without --verbose: ${names(earlier)}`);
  const shown = differs.flatMap((output) => {
    return output.hdf5 && !earlier.includes(output) ? [{ name: nameOf(output), hdf5: output.hdf5 }] : [];
  });
  return [lines, ...shown.map(({ name, hdf5 }) => hdf5Block(name, hdf5, most, paint))];
}

/** `lfads_vae.ckpt-120 → lfads_vae.ckpt-95` */
function nameOf({ paths }: ComparedOutput): string {
  const names = paths.flatMap((path) => (path === null ? [] : [basename(path)]));
  return [...new Set(names)].join(" → ");
}

const hdf5Columns: readonly Column[] = [
  { title: "shape" },
  { title: "differ", align: "right" },
  { title: "largest", align: "right" },
  { title: "at" },
  { title: "relative", align: "right" },
  { title: "at" },
];

function hdf5Block(name: string, hdf5: NonNullable<ComparedOutput["hdf5"]>, most: number, paint: Paint): string[] {
  const differing = hdf5.datasets.filter((dataset) => !dataset.equal);
  const same = hdf5.datasets.length - differing.length;
  const shown = furthestApart(differing, most);
  const rows = [
    ...shown.map((dataset) => [dataset.path, ...datasetCells(dataset)]),
    ...hdf5.onlyLeft.map((name) => [name, "only A has it", "", "", "", "", ""]),
    ...hdf5.onlyRight.map((name) => [name, "only B has it", "", "", "", "", ""]),
    ...hdf5.attributes.map((each) => [`${each.path} @${each.name}`, attributeText(each), "", "", "", "", ""]),
  ];
  const lines = table([{ title: name }, ...hdf5Columns], rows, paint);
  if (shown.length < differing.length)
    lines.push(`  and ${differing.length - shown.length} more that differ less (--verbose shows all)`);
  if (same > 0) lines.push(`  the same: ${same} of ${hdf5.datasets.length} datasets`);
  return lines;
}

/** Those that differ most, relative to their size, in the order of their names; first what cannot be compared at all. */
function furthestApart(datasets: readonly DatasetComparison[], most: number): readonly DatasetComparison[] {
  const distance = ({ values }: DatasetComparison) =>
    values ? (values.largestRelative?.difference ?? 0) : Number.POSITIVE_INFINITY;
  const far = new Set(
    [...datasets].sort((a, b) => distance(b) - distance(a) || (a.path < b.path ? -1 : 1)).slice(0, most),
  );
  return datasets.filter((dataset) => far.has(dataset));
}

function datasetCells({ left, right, values }: DatasetComparison): string[] {
  const shape = (of: readonly number[]) => (of.length === 0 ? "scalar" : of.join("×"));
  if (!values) {
    const text = ({ type, shape: of }: typeof left) => `${type} ${shape(of)}`;
    return [`${text(left)} → ${text(right)}`, "", "", "", "", ""];
  }
  const types = left.type === right.type ? "" : ` ${left.type} → ${right.type}`;
  const { different, total, notFinite, largestAbsolute, largestRelative } = values;
  const differ = different === 0 ? "bits only" : `${different} of ${total}`;
  const beside = notFinite > 0 ? ` (${notFinite} not finite)` : "";
  return [`${shape(left.shape)}${types}`, differ + beside, ...largest(largestAbsolute), ...largest(largestRelative)];
}

function largest(found: LargestDifference | null): [difference: string, at: string] {
  return found ? [formatNumber(found.difference), `[${found.at.join(",")}]`] : ["", ""];
}

function attributeText({ left, right }: AttributeDifference): string {
  const value = (side: typeof left) => (side ? String(side.value) : "–");
  return `${value(left)} → ${value(right)}`;
}

/** The first column's title stands out as the name of the block. */
function table(columns: readonly Column[], rows: readonly (readonly string[])[], paint: Paint): string[] {
  const indented = rows.map(([name, ...cells]) => [`  ${name}`, ...cells]);
  const decorate = (cell: string, row: number, column: number) =>
    row < 0 ? paint(column === 0 ? "bold" : "dim", cell) : cell;
  return formatTable(columns, indented, decorate);
}
