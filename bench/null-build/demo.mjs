/** The project's own lfadsfile, which is trained first if need be. */
import { fileURLToPath } from "node:url";
import { measure, medians } from "./measure.mjs";
import { ALL_FRESH } from "./sweep.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const ROUNDS = 21;

export function demo({ report }) {
  const build = [process.execPath, `${root}dist/lib/cli/main.js`, "build"];
  measure(build, { cwd: root, expected: /(?:)/ });
  const times = { node: [], build: [] };
  for (let i = 0; i < ROUNDS; i++) {
    times.node.push(measure([process.execPath, "-e", "0"], { cwd: root, expected: /^$/ }));
    times.build.push(measure(build, { cwd: root, expected: ALL_FRESH }));
  }
  const built = medians(times.build);
  report.add("`node -e 0`", medians(times.node));
  report.add("null build of the demo", built, [["0.3 s", built.seconds <= 0.3]]);
}
