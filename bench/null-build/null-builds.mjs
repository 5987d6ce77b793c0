/** Builds in which all is fresh, beside other tools with the same graph, in turn. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { measure, medians } from "./measure.mjs";
import { makeOnce, peers, stepsOf, writePeer } from "./peers.mjs";
import { ALL_FRESH, builtSweep } from "./sweep.mjs";

export async function nullBuilds({ folder, report, runs, rounds, peers: names }) {
  const sweep = builtSweep(folder, runs);
  const steps = await stepsOf(join(sweep.dir, "lfadsfile.ts"));
  const files = steps.reduce((sum, { outputs }) => sum + outputs.length, 0);
  const things = {
    lfads: { command: sweep.command, cwd: sweep.dir, expected: ALL_FRESH },
    node: { command: [process.execPath, "-e", "0"], cwd: sweep.dir, expected: /^$/ },
  };
  for (const name of names) {
    const cwd = madePeer(folder, name, sweep.dir, steps);
    things[name] = { command: peers[name].command, cwd, expected: peers[name].nothing };
  }
  const measured = inTurn(things, rounds);
  const { lfads, node, ...others } = measured;
  const { ninja, snakemake } = others;
  report.add("`node -e 0`", node);
  report.add(`null build of ${sweep.targets} targets with ${files} files`, lfads, [
    ["0.4 s", lfads.seconds <= 0.4],
    ["150 MB", lfads.megabytes <= 150],
    ...(ninja ? [ratio("5 times ninja's", lfads.seconds / ninja.seconds, (times) => times <= 5)] : []),
    ...(snakemake
      ? [ratio("25 times as fast as Snakemake", snakemake.seconds / lfads.seconds, (times) => times >= 25)]
      : []),
  ]);
  for (const [name, each] of Object.entries(others)) {
    const times = each.seconds / lfads.seconds;
    report.add(`the same with ${name}: ${times.toFixed(2)} times as long as lfads`, each);
  }
  const small = builtSweep(folder, runs / 10);
  const few = inTurn({ lfads: { command: small.command, cwd: small.dir, expected: ALL_FRESH } }, rounds).lfads;
  report.add(`null build of ${small.targets} targets`, few, [["0.2 s", few.seconds <= 0.2]]);
}

const ratio = (what, times, holds) => [`${what} (${times.toFixed(1)})`, holds(times)];

/** Measures each in every round. */
function inTurn(things, rounds) {
  const measured = Object.fromEntries(Object.keys(things).map((name) => [name, []]));
  for (let i = 0; i < rounds; i++) {
    for (const [name, { command, cwd, expected }] of Object.entries(things))
      measured[name].push(measure(command, { cwd, expected }));
  }
  return Object.fromEntries(Object.entries(measured).map(([name, each]) => [name, medians(each)]));
}

/** A folder in which the tool has made everything; made anew when the graph is another one. */
function madePeer(folder, name, project, steps) {
  const dir = join(folder, `${name}-${steps.length}`);
  const graph = JSON.stringify(steps);
  const made = join(dir, "made.json");
  if (existsSync(made) && readFileSync(made, "utf8") === graph) return dir;
  rmSync(dir, { recursive: true, force: true });
  // Snakemake would need hours to make them: it gets what ninja has made, in the order of the graph.
  const maker = name === "snakemake" ? "ninja" : name;
  writePeer(maker, dir, project, steps);
  makeOnce(maker, dir);
  writePeer(name, dir, project, steps);
  writeFileSync(made, graph);
  return dir;
}
