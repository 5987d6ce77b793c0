/** The built sweep that several parts of the benchmark use. */
import { join } from "node:path";
import { measure } from "./measure.mjs";
import { writeSweepProject } from "./sweep-project.mjs";

export const ALL_FRESH = /^All (\d+) targets are fresh\.$/m;

/**
 * The project with so many runs, built.
 * @returns Its folder, the command, and how many targets it has.
 */
export function builtSweep(folder, runs) {
  const dir = join(folder, `sweep-${runs}`);
  const command = [writeSweepProject(dir, runs), "build"];
  measure(command, { cwd: dir, expected: /(?:)/ });
  const { out } = measure(command, { cwd: dir, expected: ALL_FRESH });
  return { dir, command, targets: Number(ALL_FRESH.exec(out)[1]) };
}
