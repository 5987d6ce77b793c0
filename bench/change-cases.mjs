// Claim: whatever happens to a file, the next build makes everything right, and makes nothing that was right. Six ways to
// change a file, in a small project with lfads, and the same graph with ninja, GNU make and Snakemake. Right is: all outputs
// are those of a build from nothing, and where nothing was to be done, nothing was written.
//   npm run build && apt-get install time ninja-build make snakemake && node bench/change-cases.mjs
// --peers ninja,make,snakemake               some of them only
// --write                                    puts the table into docs/benchmarks.md
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { answer } from "./change-cases/answer.mjs";
import { measure } from "./null-build/measure.mjs";
import { makeOnce, peers, stepsOf, writePeer } from "./null-build/peers.mjs";
import { builtSweep } from "./null-build/sweep.mjs";
import { reportTable } from "./report-table.mjs";

const { values } = parseArgs({
  options: { peers: { type: "string", default: "ninja,make,snakemake" }, write: { type: "boolean" } },
});

const recording = "data/session01.h5";
const run = (path) => (dir) =>
  `runs/edited/${readdirSync(join(dir, "runs/edited")).find(isRun)}/single_session01/${path}`;
const isRun = (name) => name.startsWith("param_");
const middle = run("lfadsOutput/fitlog.csv");
const last = run("results.json");

/** What is done to which file, and whether that leaves something to do. */
const cases = [
  { title: "an output of the last stage deleted", file: last, change: (file) => rmSync(file) },
  { title: "an output of a middle stage deleted", file: middle, change: (file) => rmSync(file) },
  { title: "an output overwritten", file: middle, change: (file) => appendFileSync(file, "more") },
  { title: "an output overwritten with as many bytes, its mtime put back", file: middle, change: forge },
  {
    title: "an input touched",
    file: () => recording,
    change: (file) => utimesSync(file, new Date(), new Date()),
    nothing: true,
  },
  { title: "an input changed in as many bytes, its mtime put back", file: () => recording, change: forge },
];

function forge(file) {
  const bytes = readFileSync(file);
  bytes[2] ^= 1;
  const twin = `${file}.twin`;
  execFileSync("cp", ["-p", file, twin]);
  writeFileSync(file, bytes);
  // To the nanosecond.
  execFileSync("touch", ["-r", twin, file]);
  rmSync(twin);
}

const folder = mkdtempSync(join(tmpdir(), "lfads-change-cases-"));
try {
  const sweep = builtSweep(folder, 10);
  const steps = await stepsOf(join(sweep.dir, "lfadsfile.ts"));
  const outputs = steps.flatMap((step) => step.outputs);
  const command = ["node_modules/.bin/lfads", "build"];
  const make = (dir) => {
    rmSync(join(dir, ".lfads"), { recursive: true });
    measure(command, { cwd: dir, expected: /^Built/m });
  };
  const tools = { lfads: { dir: sweep.dir, command, make } };
  for (const name of values.peers.split(",").filter(Boolean)) {
    const dir = join(folder, name);
    writePeer(name, dir, sweep.dir, steps);
    makeOnce(name, dir);
    tools[name] = { dir, command: peers[name].command, make: (copy) => makeOnce(name, copy) };
  }
  const rows = cases.map((each) => [each.title]);
  for (const [name, tool] of Object.entries(tools)) {
    console.error(name);
    for (const [i, each] of cases.entries()) {
      const { right, written } = answer(tool, each, outputs);
      rows[i].push(`${right ? "yes" : "**no**"} (${written})`);
    }
  }
  const got = (column) => rows.filter((row) => row[column].startsWith("yes")).length;
  const total = ["right in", ...Object.keys(tools).map((_, i) => `${got(i + 1)} of ${cases.length}`)];
  if (got(1) < cases.length) process.exitCode = 1;
  reportTable(
    "bench/change-cases.mjs",
    ["what happened", ...Object.keys(tools)],
    [...rows, total],
    [`In brackets: how many of the ${outputs.length} outputs the next build has written.`],
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
