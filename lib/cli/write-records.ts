import { writeRecordFile } from "#lib/build/record-files.js";
import type { Workspace } from "./open-workspace.js";
import { recordFileOf } from "./record-file-of.js";

/** Of each collection that the labels are of, the records of all that it has, its recordings included. */
export function writeRecords({ project, units, session }: Workspace, labels: readonly string[]): void {
  for (const [index, collection] of project.collections.entries()) {
    const file = recordFileOf(project, collection);
    const isOwn = (label: string) => label.startsWith(`${collection.name}/`) || label.startsWith(`${collection.name}:`);
    if (file === undefined || !labels.some(isOwn)) continue;
    const own = units.filter((unit) => unit.collection === index).flatMap(({ targets }) => targets);
    const records = session.records(own.map(({ label }) => label));
    writeRecordFile(file, records);
  }
}
