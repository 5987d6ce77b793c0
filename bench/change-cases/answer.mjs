/** What a tool's next build does about a file that has changed. */
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { measure } from "../null-build/measure.mjs";

/**
 * Changes a file in a copy of a built folder, and builds there.
 * @param tool `{ dir, command, make }`: the built folder, the command, and what makes everything in a folder from nothing.
 * @param change `{ file, change, nothing }`: which file, what is done to it, `nothing`
 *   where that leaves nothing to do.
 * @param outputs Paths relative to the folder.
 * @returns Whether all outputs are right afterwards, and how many were written.
 */
export function answer(tool, { file, change, nothing = false }, outputs) {
  return inCopy(tool.dir, (dir) => {
    const build = () => measure(tool.command, { cwd: dir, expected: /(?:)/ });
    build();
    // So long after the last build that no clock tick hides a change.
    execFileSync("sleep", ["1"]);
    const path = file(dir);
    change(join(dir, path));
    const before = outputs.map((output) => stampOf(join(dir, output)));
    build();
    const written = outputs.filter((output, i) => stampOf(join(dir, output)) !== before[i]).length;
    const expected =
      outputs.includes(path) || nothing ? contents(tool.dir, outputs) : fromNothing(tool, path, change, outputs);
    const right = contents(dir, outputs).every((content, i) => content === expected[i]);
    return { right: right && !(nothing && written > 0), written };
  });
}

function fromNothing({ dir: built, make }, path, change, outputs) {
  return inCopy(built, (dir) => {
    change(join(dir, path));
    for (const output of outputs) rmSync(join(dir, output));
    make(dir);
    return contents(dir, outputs);
  });
}

function inCopy(dir, use) {
  const copy = `${dir}-copy-${process.hrtime.bigint()}`;
  try {
    execFileSync("cp", ["-a", dir, copy]);
    return use(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function contents(dir, outputs) {
  return outputs.map((output) => {
    const path = join(dir, output);
    return stampOf(path) === undefined ? undefined : readFileSync(path, "utf8");
  });
}

function stampOf(path) {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats && `${stats.mtimeNs} ${stats.ino}`;
}
