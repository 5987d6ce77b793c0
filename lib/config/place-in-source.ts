import { existsSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { basename, dirname, relative, resolve } from "node:path";

/**
 * `lfadsfile.ts:12:5`: the first place of a stack that lies in a bundle, as its source map has it.
 * @param dir Folder that the place is relative to.
 */
export function placeInSource(stack: string, bundle: string, dir: string): string | undefined {
  const frame = new RegExp(`${escaped(basename(bundle))}\\?[\\w-]*:(\\d+)(?::(\\d+))?`).exec(stack);
  if (!frame || !existsSync(`${bundle}.map`)) return undefined;
  const map = new SourceMap(JSON.parse(readFileSync(`${bundle}.map`, "utf8")));
  const entry = map.findEntry(Number(frame[1]) - 1, Number(frame[2] ?? 1) - 1);
  if (!("originalSource" in entry)) return undefined;
  const source = relative(dir, resolve(dirname(bundle), entry.originalSource));
  const column = frame[2] === undefined ? "" : `:${entry.originalColumn + 1}`;
  return `${source}:${entry.originalLine + 1}${column}`;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
