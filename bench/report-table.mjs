// A benchmark's result: a Markdown table on standard output, and with `--write` in docs/benchmarks.md where it has a place for it.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";

const PAGE = new URL("../docs/benchmarks.md", import.meta.url);

/**
 * @param name The script's; the place for its table is between `<!-- name -->` and `<!-- end of name -->`.
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
  const [before, rest] = readFileSync(PAGE, "utf8").split(start);
  const after = rest?.split(end)[1];
  if (after !== undefined) writeFileSync(PAGE, `${before}${start}\n${text}\n${end}${after}`);
}

function machine() {
  const date = new Date().toISOString().slice(0, 10);
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB of memory`;
  return `${cpus().length} cores of ${cpus()[0].model.trim()}, ${memory}, Node ${process.version}, ${date}.`;
}
