import { createHash } from "node:crypto";
import { dirname, relative, resolve } from "node:path";
import { hashStamped } from "#lib/build/file-digest.js";
import { knownDigest } from "#lib/build/resolve-inputs.js";
import { BuildState } from "#lib/build/state.js";
import { filesOf } from "#lib/config/files-of.js";
import { type ProjectFiles, projectFiles } from "#lib/config/project-files.js";
import { packageVersion } from "#lib/package-facts.js";
import { ok } from "#lib/result.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { exitCode } from "../exit-code.js";
import { lfadsfileOf } from "../lfadsfile-of.js";

export interface InputsOptions {
  readonly digest?: boolean;
  readonly json?: boolean;
}

/** What a build reads, for tools that run it only when something of that has changed. */
export async function inputs(context: CommandContext, { digest, json }: InputsOptions): Promise<CommandResult> {
  const file = lfadsfileOf(context);
  if (!file.ok) return file;
  const found = await projectFiles(file.value);
  if (!found.ok) return found;
  const dir = dirname(file.value);
  const { environment, packages } = found.value;
  const paths = await inputFiles(found.value);
  const files = paths.map((path) => relative(dir, path));
  const { terminal } = context;
  if (json) terminal.out(`${JSON.stringify({ files, environment, packages })}\n`);
  else if (digest) terminal.out(`${await digestOf(dir, paths, found.value)}\n`);
  else
    terminal.out([...files, ...environment.map((name) => `$${name}`), ...packages].map((line) => `${line}\n`).join(""));
  return ok(exitCode.fine);
}

/** Those that are there, absolute, by code units. */
async function inputFiles({ modules, collections }: ProjectFiles): Promise<string[]> {
  const paths = new Set(modules);
  for (const { folder, pattern } of collections.flatMap(({ reads }) => reads)) {
    for (const path of await filesOf([pattern], folder, () => {})) paths.add(resolve(folder, path));
  }
  return [...paths].sort((a, b) => (a < b ? -1 : 1));
}

/** SHA-256 over the paths from the lfadsfile, the contents, the variables' values and the version of lfads. */
async function digestOf(dir: string, paths: readonly string[], { environment }: ProjectFiles): Promise<string> {
  const state = new BuildState(dir, { warn: () => {} });
  const files: [path: string, digest: string | undefined][] = [];
  for (const path of paths)
    files.push([relative(dir, path), knownDigest(path, state) ?? (await hashStamped(path))?.digest]);
  const variables = environment.map((name) => [name, process.env[name] ?? null]);
  return createHash("sha256")
    .update(JSON.stringify([packageVersion(), files, variables]))
    .digest("hex");
}
