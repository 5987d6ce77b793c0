/** The plan of eight times as many runs, 100,000 targets by default, none of them built. */
import { join } from "node:path";
import { measure, medians } from "./measure.mjs";
import { writeSweepProject } from "./sweep-project.mjs";

const TARGETS = /^(\d+) targets: /m;

export function largePlan({ folder, report, runs }) {
  const dir = join(folder, `plan-${runs * 8}`);
  const command = [writeSweepProject(dir, runs * 8), "build", "--dry-run"];
  const rounds = [1, 2, 3].map(() => measure(command, { cwd: dir, expected: TARGETS }));
  const plan = medians(rounds);
  report.add(`plan of ${TARGETS.exec(rounds[0].out)[1]} targets, never built (\`lfads build --dry-run\`)`, plan, [
    ["5 s", plan.seconds <= 5],
    ["1 GB", plan.megabytes <= 1000],
  ]);
}
