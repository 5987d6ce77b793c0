import { relative } from "node:path";

/** Relative, with `/`. */
export function pathBetween(from: string, to: string): string {
  return relative(from, to).split("\\").join("/") || ".";
}
