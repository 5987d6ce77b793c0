import { basename, dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Failure } from "#lib/failure.js";
import { err, ok, type Result } from "#lib/result.js";
import type { Bundle } from "./bundle-module.js";
import type { LfadsDefinition } from "./definition.js";
import { didYouMean } from "./did-you-mean.js";
import { placeInSource } from "./place-in-source.js";

/** Runs a bundled lfadsfile and returns what defineLfads made in it. */
export async function evaluateLfadsfile(file: string, bundle: Bundle): Promise<Result<LfadsDefinition, Failure>> {
  let exported: { default?: unknown };
  try {
    exported = await import(`${pathToFileURL(bundle.file).href}?${bundle.version}`);
  } catch (error) {
    return err(await thrownFailure(file, bundle, error));
  }
  const where = basename(file);
  const hint = "Write: export default defineLfads({ … })";
  if (exported.default === undefined) return err({ kind: "config", where, what: "It has no default export.", hint });
  const isDefinition = (exported.default as { kind?: unknown } | null)?.kind === "lfads";
  if (isDefinition) return ok(exported.default as LfadsDefinition);
  return err({ kind: "config", where, what: "Its default export is not what defineLfads returns.", hint });
}

async function thrownFailure(file: string, bundle: Bundle, error: unknown): Promise<Failure> {
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? message) : message;
  const missingExport = /^The requested module '(.+)' does not provide an export named '(.+)'$/.exec(message);
  const missingPackage = /^Cannot find package '(.+?)' imported from/.exec(message)?.[1];
  const failure: Failure = {
    kind: "config",
    where: placeInSource(stack, bundle.file, dirname(file)) ?? basename(file),
    what: message,
    detail: stack,
  };
  if (missingExport) {
    const [, module = "", name = ""] = missingExport;
    return { ...failure, what: await missingExportMessage(module, name) };
  }
  if (missingPackage === undefined) return failure;
  return {
    ...failure,
    what: `The package ${missingPackage} is not installed.`,
    hint: `Install it: npm install ${missingPackage}`,
  };
}

async function missingExportMessage(module: string, name: string): Promise<string> {
  const isOurs =
    resolve(new URL(module, import.meta.url).pathname) === new URL("../index.js", import.meta.url).pathname;
  if (!isOurs) return `${module} has no export ${name}.`;
  return `lfads has no export ${name}${didYouMean(name, Object.keys(await import("../index.js")), "")}`;
}
