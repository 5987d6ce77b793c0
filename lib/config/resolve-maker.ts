import { existsSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { CommandDefinition, LoaderDefinition } from "#lib/sources/define-made.js";
import { didYouMean } from "./did-you-mean.js";
import { filesOf } from "./files-of.js";
import { type LoadOptions, loadBundle } from "./load-bundle.js";
import { cacheOf } from "./load-definition.js";
import type { Problem } from "./problem.js";
import type { Maker } from "./project.js";
import { splitCommand } from "./split-command.js";

type Input = Maker["inputs"][number];

export const placeholders = ["dataset", "file", "files", "params", "out"];

/**
 * What makes the recordings of a source, the datasets' own files left open.
 * @param file The lfadsfile, absolute.
 */
export async function resolveMaker(
  source: LoaderDefinition | CommandDefinition,
  file: string,
  options: LoadOptions,
  place: readonly string[],
  problems: Problem[],
): Promise<Maker | undefined> {
  return source.kind === "loader"
    ? loaderMaker(source, file, options, place, problems)
    : commandMaker(source, file, place, problems);
}

async function loaderMaker(
  { module, files, alignment }: LoaderDefinition,
  file: string,
  options: LoadOptions,
  place: readonly string[],
  problems: Problem[],
): Promise<Maker | undefined> {
  const dir = dirname(file);
  const path = resolve(dir, module);
  if (!existsSync(path)) {
    problems.push({ place: [...place, "loader"], what: `There is no ${path}.` });
    return undefined;
  }
  const bundle = await loadBundle({ file: path, kind: "loader", dir }, loaderCacheOf(file, module), options);
  if (!bundle.ok) {
    for (const { where, what, hint } of bundle.error) {
      problems.push({ place: [...place, ...(where ? [where] : [])], what, ...(hint === undefined ? {} : { hint }) });
    }
    return undefined;
  }
  const code: Input = { name: "code", file: bundle.value.file, as: nameOf(dir, path) };
  const declared = await declaredFiles(files, dir, [...place, "files"], problems);
  return { rule: "load", alignment, params: {}, settings: { module: path, dir }, inputs: [code, ...declared] };
}

/** Folder of what is kept of a loader between commands. */
export function loaderCacheOf(file: string, module: string): string {
  return join(cacheOf(file), "loaders", encodeURIComponent(relative(dirname(file), resolve(dirname(file), module))));
}

async function commandMaker(
  source: CommandDefinition,
  file: string,
  place: readonly string[],
  problems: Problem[],
): Promise<Maker | undefined> {
  const dir = dirname(file);
  const split = splitCommand(source.command);
  if (!split.ok) {
    problems.push({ place: [...place, "command"], ...split.error });
    return undefined;
  }
  const words = split.value;
  checkPlaceholders(words, source, [...place, "command"], problems);
  // A script that the command names need not be declared.
  const scripts = words.filter((word) => !word.startsWith("/") && isFile(resolve(dir, word)));
  const declared = await declaredFiles([...source.inputs, ...scripts], dir, [...place, "inputs"], problems);
  const timeout = source.timeout === undefined ? {} : { timeoutSeconds: secondsOf(source.timeout) };
  return { rule: "command", alignment: false, params: { words }, settings: { dir, ...timeout }, inputs: declared };
}

function checkPlaceholders(
  words: readonly string[],
  source: CommandDefinition,
  place: readonly string[],
  problems: Problem[],
): void {
  const used = words.flatMap((word) => [...word.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!));
  for (const name of used) {
    if (!placeholders.includes(name)) {
      const guess = didYouMean(
        `{${name}}`,
        placeholders.map((known) => `{${known}}`),
        "",
      );
      const hint = `There are ${placeholders.map((known) => `{${known}}`).join(", ")}.`;
      problems.push({ place, what: `The command has {${name}}, which stands for nothing${guess}`, hint });
    }
  }
  if (!used.includes("out")) {
    problems.push({ place, what: "The command has no {out}, the path of the HDF5 file that it writes." });
  }
  const without = Object.entries(source.sessions ?? {}).find(([, files]) => files.length === 0)?.[0];
  if (without !== undefined && used.includes("file")) {
    problems.push({ place, what: `The command has {file}, but the dataset "${without}" has no file.` });
  }
}

async function declaredFiles(
  patterns: readonly string[],
  dir: string,
  place: readonly string[],
  problems: Problem[],
): Promise<Input[]> {
  const paths = await filesOf(patterns, dir, (pattern) =>
    problems.push({ place, what: `No file matches "${pattern}" in ${dir}.` }),
  );
  const files = new Map(paths.map((path) => [resolve(dir, path), nameOf(dir, resolve(dir, path))]));
  return [...files].map(([path, as]) => ({ name: "files", file: path, as }));
}

/** As a user names a file of the project. */
function nameOf(dir: string, path: string): string {
  return relative(dir, path).replaceAll("\\", "/");
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** The schema has seen that it is a time. */
function secondsOf(time: string): number {
  const [, number, unit] = /^([\d.]+)\s*(s|min|h)$/.exec(time) ?? [];
  return Number(number) * { s: 1, min: 60, h: 3600 }[unit as "s" | "min" | "h"];
}
