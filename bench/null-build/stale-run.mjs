/** One run of the sweep has a new value of a parameter. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measure, medians } from "./measure.mjs";
import { ALL_FRESH, builtSweep } from "./sweep.mjs";
import { writeLfadsfile } from "./sweep-project.mjs";
import { rules } from "./trivial-rules.mjs";

/** Of the run all seven, and the summary of its collection. */
const EDITED = /^Built in [\d.:]+(?: \w+)?: 8 ran, \d+ fresh\.$/m;

export function staleRun({ folder, report, runs, rounds }) {
  const { dir, command, targets } = builtSweep(folder, runs);
  const measured = { fresh: [], environment: [], edited: [] };
  for (let i = 0; i < rounds; i++) {
    measured.fresh.push(measure(command, { cwd: dir, expected: ALL_FRESH }));
    const env = { LFADS_BENCH_RATE: String(newRate(dir)) };
    measured.environment.push(measure(command, { cwd: dir, env, expected: EDITED }));
    writeLfadsfile(dir, runs, newRate(dir));
    measured.edited.push(measure(command, { cwd: dir, expected: EDITED }));
  }
  const [fresh, environment, edited] = Object.values(measured).map(medians);
  report.add(`null build of ${targets} targets, in turn with the next two`, fresh);
  const more = (each) => each.seconds - fresh.seconds;
  report.add(`one stale run, its value from a variable: ${more(environment).toFixed(3)} s more`, environment);
  report.add(`one stale run, its value edited in the lfadsfile: ${more(edited).toFixed(3)} s more`, edited, [
    ["0.15 s more than the null build", more(edited) <= 0.15],
  ]);
  report.note(
    `A stale run is 8 targets with 20 files that go through child processes and the store; their rules' own work, ${(ownSeconds() * 1000).toFixed(0)} ms, is not taken off.`,
  );
}

/** One that the run has not had: each has left its folder. */
function newRate(dir) {
  const folders = readdirSync(join(dir, "runs/edited")).filter((name) => name.startsWith("param_"));
  return 0.1 + folders.length / 1e4;
}

/** What the rules of one run do, without any build. */
function ownSeconds() {
  const out = mkdtempSync(join(tmpdir(), "lfads-own-"));
  const datasets = ["session01"];
  const started = performance.now();
  const run = (rule, params = {}) => rules[rule].run({ params: { datasets, ...params }, inputs: {}, out });
  run("train");
  run("posterior", { kind: "posterior_sample_and_average" });
  run("posterior", { kind: "posterior_push_mean" });
  run("model-params");
  run("evaluate");
  run("results");
  run("scripts");
  run("summary", { text: "text" });
  const seconds = (performance.now() - started) / 1000;
  rmSync(out, { recursive: true });
  return seconds;
}
