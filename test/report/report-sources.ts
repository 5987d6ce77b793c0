/** Runs as a report takes them, of hand-made files or of none. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import type { ReportSources } from "#lib/report/make-report.js";
import type { RunSources } from "#lib/report/run-sources.js";
import { type WrittenRun, writeRun } from "../export/written-run.js";

export const BIN_MS = 20;

export function collectionOf(runs: readonly RunSources[]): ReportSources {
  return { ...facts, runs };
}
const facts = {
  lfads: "1.2.3",
  collection: "c",
  folder: "runs/c",
  imported: false,
  common: {},
  varying: ["x"],
  where: [],
  others: [],
};

/** Without any file. */
export function bareRun(number: number, nll: number | null): RunSources {
  const paramName = `param_${number}`;
  return {
    ...{ label: `c/${paramName}/all`, name: "setting", paramName, dataName: "data_1", spec: "all", datasets: ["a"] },
    params: { x: number },
    results: { epochs: 1, lveEpoch: 1, nll },
    ...{ folder: `runs/c/${paramName}/all`, files: [], events: [], binMs: BIN_MS },
  };
}

/** With a posterior of dataset "a" and a read-out of `channels`: weight of factor f and channel n is 10 f + n, the bias −n. */
export async function wholeRun(dir: string, number: number, nll: number, written: WrittenRun): Promise<RunSources> {
  const files = await writeRun(join(dir, String(number)), written);
  const N = written.channels ?? 2;
  await writeHdf5(files.modelParams!, (w) => {
    const weights = Float32Array.from({ length: 2 * N }, (_, i) => 10 * Math.floor(i / N) + (i % N));
    w.dataset("LFADS_glm_fac_2_logrates_a.h5_W:0", weights, [2, N]);
    w.dataset(
      "LFADS_glm_fac_2_logrates_a.h5_b:0",
      Float32Array.from({ length: N }, (_, n) => -n),
      [1, N],
    );
    w.dataset("LFADS_z_u_prior_ar1_logatau:0", Float32Array.from([Math.log(10), 0]), [1, 2]);
    w.dataset("LFADS_z_u_prior_ar1_logevars:0", Float32Array.from([0, Math.log(0.5)]), [1, 2]);
  });
  return { ...bareRun(number, nll), parts: [{ name: "a", files }] };
}

/** Costs of epoch e are e.25 and alike; the LVE epoch is the one before the last. */
export function withFitlog(dir: string, run: RunSources, epochs: number): RunSources {
  mkdirSync(dir, { recursive: true });
  const fitlog = join(dir, `fitlog-${epochs}.csv`);
  writeFileSync(fitlog, Array.from({ length: epochs }, (_, i) => `${line(i + 1)}\n`).join(""));
  return { ...run, results: { ...run.results, lveEpoch: epochs - 1 }, fitlog };
}

function line(epoch: number): string {
  const costs = `total,${epoch}.25,${epoch}.50,       recon,${epoch}.75,-${epoch}.00, kl,0.50,0.25, l2,1.50000`;
  return `epoch,${epoch}, step,${10 * epoch}, ${costs},       klweight,0.02, l2weight,0.04`;
}
