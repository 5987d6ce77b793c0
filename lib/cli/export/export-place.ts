import { existsSync, lstatSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import type { Project } from "#lib/config/project.js";
import { EXPORT_FORMATS, type ExportFormat } from "#lib/export/export-format.js";
import type { Failure } from "#lib/failure.js";
import { isWithin } from "#lib/is-within.js";
import { err, ok, type Result } from "#lib/result.js";

/** Where files go and in which format. */
export interface ExportPlace {
  readonly format: ExportFormat;
  /** Absolute. */
  readonly path: string;
  /** `path` is the one file, not a folder of them. */
  readonly isFile: boolean;
}

/** Of `--out` and `--format`: a path that ends in the extension of a format means a file. */
export function exportPlace(
  dir: string,
  project: Project,
  { out = "exported", format }: { readonly out?: string; readonly format?: ExportFormat },
): Result<ExportPlace, readonly Failure[]> {
  const path = resolve(dir, out);
  const collections = project.collections.map(({ name }) => join(project.root, name));
  for (const own of [...collections, join(project.dir, ".lfads")]) {
    if (!isWithin(path, own)) continue;
    const what = "This lies among the results that lfads keeps track of.";
    return err([{ kind: "usage", what, where: path, hint: "Name a place outside of it with --out." }]);
  }
  const extension = EXPORT_FORMATS.find((each) => `.${each}` === extname(path).toLowerCase());
  if (extension && format && extension !== format) {
    return err([{ kind: "usage", what: `--out names a .${extension} file, but --format is ${format}.`, where: path }]);
  }
  return ok({ format: format ?? extension ?? "h5", path, isFile: extension !== undefined && !isFolder(path) });
}

/** The file of a dataset of a run. */
export function exportedFile({ path, isFile, format }: ExportPlace, run: string, dataset: string): string {
  return isFile ? path : join(path, run, `${dataset}.${format}`);
}

function isFolder(path: string): boolean {
  return existsSync(path) && lstatSync(path).isDirectory();
}
