/** Datasets as a table, as JSON and as CSV. */
import type { DatasetMetadata } from "#lib/config/dataset-facts.js";
import type { DatasetInfo } from "#lib/sources/dataset-info.js";
import { formatCsv } from "./format-csv.js";
import { type Column, dimHeader, formatTable } from "./format-table.js";
import type { Paint } from "./paint.js";

export interface DatasetRow {
  /** Of datasets. */
  readonly collection: string;
  readonly dataset: string;
  /** Of the parameters, where the recording is made of these. */
  readonly setting: string;
  readonly metadata: DatasetMetadata;
  /** Absent where the recording was not read. */
  readonly info: DatasetInfo | undefined;
  /** From the lfadsfile's folder. */
  readonly file: string;
}

/** `own`: names of metadata besides those that have a column anyway. */
const columnsWith = (own: readonly string[]): Column[] => [
  { title: "collection" },
  { title: "dataset" },
  { title: "setting" },
  { title: "subject" },
  { title: "date" },
  { title: "trials", align: "right" },
  { title: "channels", align: "right" },
  { title: "bins", align: "right" },
  { title: "bin ms", align: "right" },
  { title: "conditions", align: "right" },
  { title: "save tags" },
  ...own.map((title) => ({ title })),
  { title: "file" },
];

function ownNames(rows: readonly DatasetRow[]): string[] {
  const names = new Set(rows.flatMap(({ metadata }) => Object.keys(metadata)));
  return [...names].filter((name) => !["subject", "date", "saveTags"].includes(name));
}

export function datasetsTable(rows: readonly DatasetRow[], paint: Paint): string[] {
  const own = ownNames(rows);
  const cells = rows.map((row) => cellsOf(row, own).map((cell) => (cell === null ? "" : String(cell))));
  return formatTable(columnsWith(own), cells, dimHeader(paint));
}

export function datasetsCsv(rows: readonly DatasetRow[]): string {
  const own = ownNames(rows);
  const titles = columnsWith(own).map(({ title }) => title.replace(" ", "_"));
  return formatCsv([titles, ...rows.map((row) => cellsOf(row, own))]);
}

export function datasetsJson(rows: readonly DatasetRow[]): unknown {
  return rows.map(({ collection, dataset, setting, metadata, info, file }) => {
    const { name: _, ...sizes } = info ?? { name: "" };
    return { collection, dataset, ...(setting === "" ? {} : { setting }), file, ...sizes, ...metadata };
  });
}

function cellsOf(
  { collection, dataset, setting, metadata, info, file }: DatasetRow,
  own: readonly string[],
): (string | number | null)[] {
  const { subject = null, date = null, saveTags = [] } = metadata;
  return [
    ...[collection, dataset, setting, subject, date],
    ...[info?.nTrials ?? null, info?.nChannels ?? null, info?.nBins ?? null, info?.binMs ?? null],
    ...[info?.nConditions || null, saveTags.join(" ")],
    ...own.map((name) => textOf(metadata[name])),
    file,
  ];
}

function textOf(value: unknown): string | number | null {
  if (value === undefined || value === null) return null;
  return typeof value === "string" || typeof value === "number" ? value : JSON.stringify(value);
}
