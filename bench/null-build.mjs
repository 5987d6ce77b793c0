// Claim: a build of the demo with nothing to do takes at most 0.3 s in all.
// Builds the project's lfadsfile.ts if need be, checks that all is fresh, then times `lfads build` and
// `node -e 0` in turn.
//   npm run build && node bench/null-build.mjs
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { spread } from "./spread.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const build = [`${root}dist/lib/cli/main.js`, "build"];
const run = (args) => execFileSync(process.execPath, args, { cwd: root, encoding: "utf8", stdio: "pipe" });

run(build);
const rounds = 21;
const times = { build: [], node: [] };
for (let i = 0; i < rounds; i++) {
  times.node.push(seconds(() => run(["-e", "0"])));
  times.build.push(
    seconds(() => {
      const out = run(build);
      if (!/^All \d+ targets are fresh\.\n/.test(out)) throw new Error(`not a null build:\n${out}`);
    }),
  );
}
const [built, bare] = [spread(times.build), spread(times.node)];
const line = (name, { median, least, most }) =>
  `${name.padEnd(12)}  median ${median.toFixed(3)} s  (${least.toFixed(3)} to ${most.toFixed(3)})`;
console.log(line("lfads build", built));
console.log(line("node -e 0", bare));
console.log(
  `ratio of the medians ${(built.median / bare.median).toFixed(2)}, of ${rounds} runs each, Node ${process.version}`,
);
console.log(built.median <= 0.3 ? "within 0.3 s" : "NOT within 0.3 s");

function seconds(use) {
  const started = performance.now();
  use();
  return (performance.now() - started) / 1000;
}
