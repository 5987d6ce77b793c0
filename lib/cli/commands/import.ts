import { existsSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { counted } from "#lib/counted.js";
import type { Failure } from "#lib/failure.js";
import { err, ok } from "#lib/result.js";
import { describeCollection, type FoundCollection } from "#lib/run-manager/describe-collection.js";
import { findCollections } from "#lib/run-manager/find-collections.js";
import { lfadsfileText } from "#lib/run-manager/lfadsfile-text.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { exitCode } from "../exit-code.js";
import { type Paint, painter } from "../paint.js";

export interface ImportOptions {
  readonly out: string;
  readonly dryRun?: boolean;
}

/** Describes a tree of the Run Manager in a new lfadsfile, and adopts what is in it. Nothing is written into the tree. */
export async function importRuns(
  context: CommandContext,
  folder: string,
  options: ImportOptions,
): Promise<CommandResult> {
  const { terminal, dir } = context;
  const file = resolve(dir, options.out);
  if (existsSync(file) && !options.dryRun) return err([alreadyThere(file)]);
  const folders = findCollections(resolve(dir, folder));
  if (!folders.ok) return err([folders.error]);
  const found: FoundCollection[] = [];
  const failures: Failure[] = [];
  for (const each of folders.value) {
    const collection = await describeCollection(each);
    if (collection.ok) found.push(collection.value);
    else failures.push(...collection.error);
  }
  if (failures.length > 0) return err(failures);

  const text = lfadsfileText(found, rootText(dirname(file), dirname(folders.value[0]!)));
  terminal.err(`${reportLines(found, painter(terminal.errColour)).join("\n")}\n`);
  if (options.dryRun) {
    terminal.out(text);
    return ok(exitCode.fine);
  }
  writeFileSync(file, text, { flag: "wx" });
  terminal.out(`Wrote ${relative(process.cwd(), file)}.\n`);
  const { build } = await import("./build.js");
  return build({ ...context, file }, [], { keepGoing: true });
}

function alreadyThere(file: string): Failure {
  const hint = "Name another with --out, or see what would be written with --dry-run.";
  return { kind: "usage", where: file, what: "There is a lfadsfile already.", hint };
}

function rootText(from: string, to: string): string {
  const path = relative(existsSync(from) ? realpathSync(from) : from, realpathSync(to))
    .split("\\")
    .join("/");
  return path === "" ? "." : path;
}

function reportLines(collections: readonly FoundCollection[], paint: Paint): string[] {
  return collections.flatMap(({ name, runs, settings, runSpecs, datasets, notes }) => {
    const confirmed = settings.filter(({ params }) => params.confirmed).length;
    const names =
      confirmed === settings.length ? "all give their folders' names" : `${confirmed} give their folder's name`;
    return [
      paint("bold", name),
      `  ${counted(runs, "run")} of ${counted(runSpecs.length, "run spec")} and ${counted(settings.length, "setting")}, over ${counted(datasets.length, "dataset")}; of the settings ${names}.`,
      ...notes.map((note) => `  ${paint("yellow", "!")} ${note}`),
    ];
  });
}
