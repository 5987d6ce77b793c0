// Claim: a build with nothing to do takes next to no time, also of 10,000 targets, and what runs costs little more than
// itself. Beside ninja, GNU make and Snakemake with the same graph, in turn. Rules that take no time stand for the real
// ones; all else is what a user starts. What is asked is printed with each line; the exit code is 1 where it does not hold.
//   npm run build && apt-get install time ninja-build make snakemake && node bench/null-build.mjs
// --parts demo,nothing,null,stale,plan,npx   some of it only
// --peers ninja,make,snakemake               some of them only
// --runs 2500                                of the sweep: 6 targets a run
// --rounds 7                                 each thing is measured so often
// --in <folder>                              keeps the projects there, and takes those that are there already
// --write                                    puts the table into docs/benchmarks.md
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { demo } from "./null-build/demo.mjs";
import { fromNothing } from "./null-build/from-nothing.mjs";
import { largePlan } from "./null-build/large-plan.mjs";
import { npx } from "./null-build/npx.mjs";
import { nullBuilds } from "./null-build/null-builds.mjs";
import { Report } from "./null-build/report.mjs";
import { staleRun } from "./null-build/stale-run.mjs";

const parts = { demo, nothing: fromNothing, null: nullBuilds, stale: staleRun, plan: largePlan, npx };

const { values } = parseArgs({
  options: {
    parts: { type: "string", default: Object.keys(parts).join(",") },
    peers: { type: "string", default: "ninja,make,snakemake" },
    runs: { type: "string", default: "2500" },
    rounds: { type: "string", default: "7" },
    in: { type: "string" },
    write: { type: "boolean" },
  },
});

const folder = values.in ? resolve(values.in) : mkdtempSync(join(tmpdir(), "lfads-null-build-"));
const report = new Report();
try {
  const options = {
    folder,
    report,
    runs: Number(values.runs),
    rounds: Number(values.rounds),
    peers: values.peers.split(",").filter(Boolean),
  };
  for (const name of values.parts.split(",")) await parts[name](options);
} finally {
  if (!values.in) rmSync(folder, { recursive: true, force: true });
}
report.end();
