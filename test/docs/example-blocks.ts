import { readFileSync } from "node:fs";

/** The ```ts blocks of a page under docs/, in order. */
export function exampleBlocks(page: string): string[] {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), "utf8");
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1]!);
}
