/**
 * Sources whose recordings the build makes with code of the user's: a loader module, or a command. Plain data.
 */
import type { EvaluationSpec, H5Spec } from "./source-spec.js";

/** Datasets by the files that they are made of. */
export interface SessionsDefinition {
  /** Each file is a dataset; none where `sessions` names them. */
  readonly patterns: readonly string[];
  readonly nameOf?: (file: string) => string;
  /** Files by the name of the dataset; patterns are taken. */
  readonly sessions?: Readonly<Record<string, readonly string[]>>;
}

export interface LoaderDefinition extends SessionsDefinition, EvaluationSpec {
  readonly kind: "loader";
  /** From the lfadsfile's folder, as are `files`. */
  readonly module: string;
  readonly files: readonly string[];
  readonly alignment: boolean;
}

export interface CommandDefinition extends SessionsDefinition {
  readonly kind: "command";
  readonly command: string;
  /** From the lfadsfile's folder. */
  readonly inputs: readonly string[];
  readonly timeout?: string;
  /** Where the file that it writes has what. */
  readonly layout: Omit<H5Spec, "kind">;
}

export interface SessionsOptions {
  /** Files in the collection's `path`, each a dataset (a pattern or several); or datasets by name, each with its files. */
  datasets: string | readonly string[] | Readonly<Record<string, string | readonly string[]>>;
  /** The dataset's name, given the path of its file; the file's base name without extension when absent. */
  name?: (file: string) => string;
}

export interface LoaderOptions extends SessionsOptions, EvaluationSpec {
  /** Other files that the module reads, from the lfadsfile's folder; patterns are taken. */
  files?: string | readonly string[];
  /** Call it with mode `"alignment"` too, for the trials that alignment matrices are computed from; else those are the same. */
  alignment?: boolean;
}

/**
 * Recordings that a TypeScript module of your own reads: it exports a function by default that takes a `LoaderContext` and
 * returns `LoadedTrials`.
 * ```ts
 * loader("./load-maze.ts", { datasets: "maze_*.csv", files: "electrodes.csv" })
 * ```
 */
export function loader(module: string, options: LoaderOptions): LoaderDefinition {
  const { datasets, name, files, alignment = false, ...evaluation } = options;
  return {
    kind: "loader",
    module,
    files: listOf(files ?? []),
    alignment,
    ...sessions({ datasets, name }),
    ...evaluation,
  };
}

export interface CommandOptions extends SessionsOptions, Omit<H5Spec, "kind"> {
  /** Files that it reads besides those of the dataset, from the lfadsfile's folder; patterns are taken. */
  inputs?: string | readonly string[];
  /** It is ended after so long: `"90s"`, `"10min"`, `"2h"`. */
  timeout?: string;
}

/**
 * Recordings that a program in any language writes as HDF5; the other options are those of `h5`. It runs in the lfadsfile's
 * folder, without a shell. Stands for: `{dataset}` the name, `{file}` and `{files}` the dataset's files, `{params}` a JSON
 * file with the parameters, `{out}` the HDF5 file to write.
 * ```ts
 * command("python prep.py {file} {params} {out}", { datasets: "*.csv", counts: "spikes", binMs: 1, timeout: "10min" })
 * ```
 */
export function command(text: string, options: CommandOptions): CommandDefinition {
  const { datasets, name, inputs, timeout, ...layout } = options;
  return {
    kind: "command",
    command: text,
    inputs: listOf(inputs ?? []),
    ...(timeout === undefined ? {} : { timeout }),
    layout: layout.truth === undefined ? layout : { truthUnit: "hz", ...layout },
    ...sessions({ datasets, name }),
  };
}

function sessions({
  datasets,
  name,
}: Pick<SessionsOptions, "datasets"> & { name: SessionsOptions["name"] | undefined }): SessionsDefinition {
  const nameOf = name === undefined ? {} : { nameOf: name };
  if (datasets === undefined) return { patterns: [], ...nameOf };
  if (typeof datasets !== "object" || Array.isArray(datasets)) {
    return { patterns: listOf(datasets as string | readonly string[]), ...nameOf };
  }
  const named = Object.entries(datasets).map(([dataset, files]) => [dataset, listOf(files)] as const);
  return { patterns: [], sessions: Object.fromEntries(named), ...nameOf };
}

function listOf(one: string | readonly string[]): readonly string[] {
  return [one].flat();
}
