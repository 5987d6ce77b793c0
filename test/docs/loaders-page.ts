import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const page = readFileSync(new URL("../../docs/loaders.md", import.meta.url), "utf8");

/** The lfadsfiles of docs/loaders.md, in order. */
export const lfadsfiles = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text]) => text!);

/** A file that the page has beside them. */
export function pageFile(name: string): string {
  const [, text] = new RegExp(`^\`\`\`\\w+ ${name.replace(".", "\\.")}\\n(.*?)^\`\`\`$`, "ms").exec(page) ?? [];
  if (text === undefined) throw new Error(`docs/loaders.md has no ${name}`);
  return text;
}

/** What the page says that `lfads datasets` prints. */
export const datasetsTable = /^\$ lfads datasets\n(.*?)^```$/ms.exec(page)?.[1];

/** The lab's files: 12 trials, cue at 100 ms and movement at 110 ms; a spike of channel 1 at 113 ms in each, and another later in trial 3. */
export function writeMaze(dir: string): void {
  mkdirSync(join(dir, "data"));
  const trials = Array.from({ length: 12 }, (_, i) => (i % 2 ? "left" : "right"));
  const events = (ms: number) => trials.map((side) => ({ ms, side }));
  writeFileSync(join(dir, "events.json"), JSON.stringify({ cue: events(100), move: events(110) }));
  writeFileSync(join(dir, "data/maze_1.csv"), `${trials.map((_, i) => `${i},1,113\n`).join("")}3,2,150\n`);
}

/** Counts of the first training trial, merged into bins of 10 ms. */
export const firstTrial = {
  cue: [0, 0, 0, 0, 1, 0, ...new Array(24).fill(0)],
  move: [0, 1, 0, ...new Array(27).fill(0)],
};
