// A benchmark's result: a Markdown table on standard output, and with `--write` in the pages that have a place for it.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";

const PAGES = ["../README.md", "../docs/benchmarks.md"];

/**
 * @param name The script's; a page's place for its table is between `<!-- name -->` and `<!-- end of name -->`.
 * @param header Titles of the columns; `rows` of as many texts.
 * @param notes Sentences below the table.
 */
export function reportTable(name, header, rows, notes) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const table = [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
  const text = `${table}\n\n${[...notes, machine()].join(" ")}`;
  console.log(`\n${text}`);
  if (!process.argv.includes("--write")) return;
  const [start, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  for (const page of PAGES) {
    const file = new URL(page, import.meta.url);
    const [before, rest] = readFileSync(file, "utf8").split(start);
    const after = rest?.split(end)[1];
    if (after !== undefined) writeFileSync(file, `${before}${start}\n${text}\n${end}${after}`);
  }
}

function machine() {
  const date = new Date().toISOString().slice(0, 10);
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB of memory`;
  return `${cpus().length} cores of ${cpus()[0].model.trim()}, ${memory}, Node ${process.version}, ${date}.`;
}
