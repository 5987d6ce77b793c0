/** Builds of projects that have never been built: what a target costs that takes no time itself. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { measure, medians } from "./measure.mjs";
import { writeSweepProject } from "./sweep-project.mjs";

/** The edited run's export is the same as one of the sweep's, and the scripts of a setting are the same for all sessions. */
const BUILT = /^Built in [\d.:]+(?: \w+)?: (\d+) ran, (\d+) restored\.$/m;

export function fromNothing({ folder, report, runs }) {
  const build = (size) => {
    const dir = join(folder, `sweep-${size}`);
    rmSync(dir, { recursive: true, force: true });
    const measured = measure([writeSweepProject(dir, size), "build"], { cwd: dir, expected: BUILT });
    const [, ran, restored] = BUILT.exec(measured.out);
    return { ...measured, targets: Number(ran) + Number(restored) };
  };
  const small = [1, 2, 3].map(() => build(runs / 10));
  const large = build(runs);
  const [{ targets: few }, { targets: many }] = [small[0], large];
  const perTenThousand = (large.seconds / many) * 10_000;
  const growth = large.seconds / many / (medians(small).seconds / few);
  report.add(`${few} targets from nothing`, medians(small));
  report.add(`${many} targets from nothing`, medians([large]), [
    [`30 s for 10,000 (${perTenThousand.toFixed(1)} s)`, perTenThousand <= 30],
    [`12 times as long for 10 times the targets (${(growth * 10).toFixed(1)})`, growth <= 1.2],
  ]);
}
