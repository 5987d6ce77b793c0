import { readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { BuildFailure, BuildOptions, Message } from "esbuild";
import type { Failure } from "#lib/failure.js";
import { makeFolder } from "#lib/make-folder.js";
import { replaceFile } from "#lib/replace-file.js";
import { err, ok, type Result } from "#lib/result.js";

/** A module of the user's with what it imports, as one file that Node runs. Its source map lies beside it. */
export interface Bundle {
  readonly file: string;
  /** Changes with the content. */
  readonly version: string;
}

export interface UserModule {
  /** Absolute. */
  readonly file: string;
  readonly kind: "lfadsfile" | "loader";
  /** Folder that places in messages are relative to. */
  readonly dir: string;
}

/** What the bundle was made from. */
interface Manifest {
  readonly format: 2;
  /** The module, absolute: a bundle that came along with a copied folder is of another one. */
  readonly file: string;
  /** Module that `lfads` stands for. */
  readonly lfads: string;
  readonly version: string;
  readonly inputs: readonly InputStat[];
}
interface InputStat {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/**
 * What a loader's `import.meta` stands for: set where it runs, so that its bundle has no path in it and comes out the
 * same in every folder.
 */
const loaderMeta = "globalThis.lfadsLoader";

/** This very package: a lfadsfile need not have it installed beside it. */
const lfads = new URL("../index.js", import.meta.url).href;

/**
 * Bundles with esbuild, unless the module and all that it imports are as they were. A lfadsfile leaves packages outside;
 * a loader's bundle is its identity, so it takes them in, and has neither comments nor paths.
 * @param cache Folder for the bundle. Packages are looked for from there upwards.
 */
export async function bundleModule({ file, kind, dir }: UserModule, cache: string): Promise<Result<Bundle, Failure[]>> {
  const bundle = join(cache, "bundle.mjs");
  const manifest = readManifest(cache, file);
  if (manifest?.inputs.every(isUnchanged)) return ok({ file: bundle, version: manifest.version });

  const startedMs = Date.now();
  const { build } = await import("esbuild");
  try {
    const { outputFiles, metafile } = await build({
      ...(kind === "lfadsfile" ? lfadsfileOptions(file) : loaderOptions),
      absWorkingDir: dir,
      entryPoints: [file],
      outfile: bundle,
      write: false,
      bundle: true,
      metafile: true,
      sourcemap: "external",
      format: "esm",
      platform: "node",
      target: "node20",
      tsconfigRaw: {},
      logLevel: "silent",
    });
    const version = String(outputFiles.find((output) => output.path === bundle)?.hash.replace(/\W/g, "-"));
    makeFolder(cache);
    for (const output of outputFiles) replaceFile(output.path, output.contents);
    const inputs = Object.keys(metafile.inputs).map((path) => inputStat(resolve(dir, path), startedMs));
    const made: Manifest = { format: 2, file, lfads, version, inputs };
    replaceFile(join(cache, "bundle.json"), JSON.stringify(made));
    return ok({ file: bundle, version });
  } catch (error) {
    const messages = (error as Partial<BuildFailure>).errors;
    if (!messages?.length) throw error;
    return err(messages.map((message) => syntaxFailure(message, dir)));
  }
}

function lfadsfileOptions(file: string): BuildOptions {
  return {
    packages: "external",
    plugins: [
      {
        name: "lfads",
        setup: ({ onResolve }) => onResolve({ filter: /^lfads$/ }, () => ({ path: lfads, external: true })),
      },
    ],
    define: {
      "import.meta.url": JSON.stringify(pathToFileURL(file).href),
      "import.meta.filename": JSON.stringify(file),
      "import.meta.dirname": JSON.stringify(dirname(file)),
    },
  };
}

const loaderOptions: BuildOptions = {
  minifyWhitespace: true,
  legalComments: "none",
  define: {
    "import.meta.url": `${loaderMeta}.url`,
    "import.meta.filename": `${loaderMeta}.filename`,
    "import.meta.dirname": `${loaderMeta}.dirname`,
  },
  // What packages of the older kind import is asked for by `require`.
  banner: {
    js: `import{createRequire as lfadsCreateRequire}from"node:module";const require=lfadsCreateRequire(${"import.meta"}.url);`,
  },
};

/** What the last bundle was made from; absolute paths, the lfadsfile's own among them. */
export function bundledFiles(file: string, cache: string): string[] {
  return readManifest(cache, file)?.inputs.map(({ path }) => path) ?? [file];
}

function syntaxFailure({ text, location }: Message, dir: string): Failure {
  const what = /[.?!]$/.test(text) ? text : `${text}.`;
  if (!location) return { kind: "config", what };
  const file = relative(dir, resolve(dir, location.file));
  return {
    kind: "config",
    what,
    where: `${file}:${location.line}:${location.column + 1}`,
    hint: location.lineText.trim(),
  };
}

/** A file written after the bundling began may have changed unseen: its recorded size fits no file. */
function inputStat(path: string, startedMs: number): InputStat {
  const { size, mtimeMs, ctimeMs } = statSync(path);
  return { path, size: Math.max(mtimeMs, ctimeMs) >= startedMs ? -1 : size, mtimeMs, ctimeMs };
}

function isUnchanged({ path, size, mtimeMs, ctimeMs }: InputStat): boolean {
  const now = statSync(path, { throwIfNoEntry: false });
  return now?.size === size && now.mtimeMs === mtimeMs && now.ctimeMs === ctimeMs;
}

function readManifest(cache: string, file: string): Manifest | undefined {
  try {
    const manifest: Manifest = JSON.parse(readFileSync(join(cache, "bundle.json"), "utf8"));
    const isOurs = manifest.format === 2 && manifest.file === file && manifest.lfads === lfads;
    return isOurs && statSync(join(cache, "bundle.mjs")).isFile() ? manifest : undefined;
  } catch {
    return undefined;
  }
}
