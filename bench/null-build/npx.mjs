/** What `npx` adds to a command. */
import { measure, medians } from "./measure.mjs";
import { ALL_FRESH, builtSweep } from "./sweep.mjs";

export function npx({ folder, report, runs, rounds }) {
  const { dir, command } = builtSweep(folder, runs / 10);
  const measured = { own: [], npx: [] };
  for (let i = 0; i < rounds; i++) {
    measured.own.push(measure(command, { cwd: dir, expected: ALL_FRESH }));
    measured.npx.push(measure(["npx", "lfads", "build"], { cwd: dir, expected: ALL_FRESH }));
  }
  const [own, through] = Object.values(measured).map(medians);
  report.add(`started through npx: ${(through.seconds - own.seconds).toFixed(3)} s more`, through);
}
