import { readFileSync } from "node:fs";

/** The blocks of a language of a page under docs/, in order. */
export function exampleBlocks(page: string, language = "ts"): string[] {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), "utf8");
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map((match) => match[1]!);
}
