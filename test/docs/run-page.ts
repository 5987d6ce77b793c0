/**
 * Follows a page: a `ts` block is the lfadsfile, a `diff` block changes it, a `console` block has commands after `$` and
 * what they print.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lfads } from "../cli/run-lfads.js";

export interface Step {
  readonly command: string;
  /** As the page has it and as it is, without what differs from run to run. */
  readonly expected: string;
  readonly printed: string;
}

/** Runs the page's commands in `dir`. `built` is called when the lfadsfile is there, before the first of them. */
export function runPage(page: string, dir: string, built: () => void): Step[] {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), "utf8");
  const file = join(dir, "lfadsfile.ts");
  const steps: Step[] = [];
  for (const [, language, body] of text.matchAll(/^```(ts|diff|console)\n(.*?)^```$/gms)) {
    if (language === "ts") {
      writeFileSync(file, body!);
      built();
    } else if (language === "diff") writeFileSync(file, changed(readFileSync(file, "utf8"), body!));
    else for (const example of body!.split(/^\$ /m).slice(1)) steps.push(run(example, dir));
  }
  return steps;
}

function changed(text: string, diff: string): string {
  const lines = (sign: string) => diff.split("\n").flatMap((line) => (line.startsWith(sign) ? [line.slice(1)] : []));
  const [from, to] = [lines("-").join("\n"), lines("+").join("\n")];
  if (!text.includes(from)) throw new Error(`the lfadsfile has no ${from}`);
  return text.replace(from, to);
}

function run(example: string, dir: string): Step {
  const [command = "", ...lines] = example.split("\n");
  const [program, ...args] = [...command.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
  const { err, out } =
    program === "lfads"
      ? lfads(dir, ...args)
      : {
          err: "",
          out: execFileSync("sh", ["-c", command], {
            cwd: dir,
            env: { ...process.env, LC_ALL: "C" },
            encoding: "utf8",
          }),
        };
  const expected = lines.join("\n").trimEnd();
  const printed = withoutTimes((err + out).replaceAll(`${dir}/`, "")).trimEnd();
  if (!expected.endsWith("\n…")) return { command, expected: withoutTimes(expected), printed };
  const start = withoutTimes(expected.slice(0, -2));
  return { command, expected: start, printed: printed.slice(0, start.length) };
}

function withoutTimes(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:[\d.]+Z)?/g, "<date>")
    .replace(/\b\d+\.\d+ s\b|\b\d+:\d\d(:\d\d)?\b/g, "<time>")
    .replace(/\b\d+ MB\b/g, "<memory>")
    .replace(/<date>, \S+/g, "<date>, <host>")
    .replace(/ran on \S+/g, "ran on <host>")
    .replace(/ {2,}/g, "  ");
}
