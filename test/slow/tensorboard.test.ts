// TensorBoard's own reader takes the events of a training, finished or under way.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";
import { inFolder, lfads, lfadsMain, tinyLfadsfile } from "../cli/run-lfads.js";

// A Python with tensorboard; .ci/run makes one. Without it there is nothing to read with.
const python = process.env.LFADS_TEST_PYTHON;

/** Prints every run below a folder as TensorBoard names it: tag → [step, wall time, value] of each event. */
const readEvents = `
import json, sys
from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer
runs = EventMultiplexer(size_guidance={"scalars": 0, "tensors": 0}).AddRunsFromDirectory(sys.argv[1]).Reload()
read = lambda run, tag: [[e.step, e.wall_time, e.value] for e in runs.Scalars(run, tag)]
print(json.dumps({run: {tag: read(run, tag) for tag in tags["scalars"]} for run, tags in runs.Runs().items()}))
`;

type Run = Record<string, [step: number, wallTime: number, value: number][]>;

function eventsBelow(dir: string): Record<string, Run> {
  const { status, stdout, stderr } = spawnSync(python!, ["-c", readEvents, dir], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

const TAGS = [
  ...["AR_Autocorrelation_taus_0", "AR_Autocorrelation_taus_1", "AR_Variances_0", "AR_Variances_1", "Corr_cost"],
  ...["Gradient_global_norm", "KL_cost__train_", "KL_cost__valid_", "KL_weight", "L2_cost", "L2_weight"],
  ...["Learning_rate", "Reconstruction_cost__train_", "Reconstruction_cost__valid_"],
  ...["Total_cost__train_", "Total_cost__valid_"],
];
const controller = "c_co_dim: 2, c_con_dim: 4, c_ci_enc_dim: 4, c_co_mean_corr_scale: 1,";

it.runIf(python)("TensorBoard reads each run of a collection by its folder, with the values of fitlog.csv", () => {
  inFolder(tinyLfadsfile(`${controller} maxEpochs: 12,`), (dir) => {
    const build = lfads(dir, "build", "single");
    expect(build.err + build.out).toMatch(/^Built in /m);
    const runs = eventsBelow(join(dir, "runs/single"));
    expect(Object.keys(runs)).toHaveLength(2);
    for (const [name, run] of Object.entries(runs)) {
      expect(name).toMatch(/^param_[\w-]{6}\/single_dataset001\/lfadsOutput\/lfads_log$/);
      expect(Object.keys(run).sort()).toEqual(TAGS.map((tag) => `LFADS/${tag}`));
      const lines = readFileSync(join(dir, "runs/single", name, "../fitlog.csv"), "utf8")
        .trimEnd()
        .split("\n");
      const column = (index: number) => lines.map((line) => Number(line.split(",")[index - 1]));
      const values = (tag: string) => run[`LFADS/${tag}`]!.map(([, , value]) => value);
      const near = (tag: string, index: number, digits: number) => {
        for (const [epoch, value] of values(tag).entries())
          expect(value, tag).toBeCloseTo(column(index)[epoch]!, digits);
      };
      for (const events of Object.values(run)) {
        expect(events.map(([step]) => step)).toEqual(column(4));
        expect(events.map(([, wallTime]) => wallTime)).toEqual(column(2));
      }
      near("Total_cost__train_", 6, 1);
      near("Total_cost__valid_", 7, 1);
      near("Reconstruction_cost__train_", 9, 1);
      near("Reconstruction_cost__valid_", 10, 1);
      near("KL_cost__train_", 12, 1);
      near("KL_cost__valid_", 13, 1);
      near("L2_cost", 15, 3);
      near("KL_weight", 17, 2);
      near("L2_weight", 19, 2);
      expect(values("Learning_rate")[0]).toBe(Math.fround(0.01));
      for (const norm of values("Gradient_global_norm")) expect(norm).toBeGreaterThan(0);
      for (const correlation of values("Corr_cost")) expect(correlation).toBeGreaterThan(0);
      expect(values("AR_Autocorrelation_taus_0")[0]).toBeCloseTo(10, 0);
      expect(new Set(values("AR_Autocorrelation_taus_0")).size).toBeGreaterThan(1);
      expect(values("AR_Variances_1")[0]).toBeCloseTo(0.1 / (1 - Math.exp(-2 / 10)), 1);
    }
  });
});

it.runIf(python)(
  "TensorBoard watches a training under way, and what it watched is gone once it has ended",
  async () => {
    await inFolder(tinyLfadsfile(`${controller} maxEpochs: 60,`), async (dir) => {
      await killAfterEpoch(dir, 13);
      const scratch = join(dir, ".lfads/scratch");
      const runs = Object.entries(eventsBelow(scratch));
      expect(runs).toHaveLength(1);
      const [[name, run]] = runs as [[string, Run]];
      expect(name).toMatch(/^[0-9a-f]{64}\/stitched\/param_[\w-]{6}\/all$/);
      expect(Object.keys(run).sort()).toEqual(TAGS.map((tag) => `LFADS/${tag}`));
      const seen = run["LFADS/Total_cost__train_"]!;
      expect(seen.length).toBeGreaterThanOrEqual(13);

      expect(lfads(dir, "build", "stitched:train").out).toMatch(/^Built in /m);
      expect(lfads(dir, "logs", "stitched:train").out).toMatch(/^Going on after epoch \d0, from its checkpoint\.$/m);
      const [whole] = Object.values(eventsBelow(join(dir, "runs/stitched")));
      expect(whole!["LFADS/Total_cost__train_"]).toHaveLength(60);
      expect(whole!["LFADS/Total_cost__train_"]!.slice(0, seen.length)).toEqual(seen);
      expect(existsSync(scratch) ? readdirSync(scratch) : []).toEqual([]);
    });
  },
);

/** Kills a build of the stitched run, with all its processes, when this epoch has been reported. */
async function killAfterEpoch(dir: string, epoch: number): Promise<void> {
  const child = spawn(process.execPath, [lfadsMain, "build", "stitched:train", "--json"], {
    cwd: dir,
    detached: true, // a process group of its own
    stdio: ["ignore", "pipe", "inherit"],
  });
  createInterface(child.stdout).on("line", (line) => {
    const event = JSON.parse(line);
    if (event.type === "log" && event.line.startsWith(`epoch,${epoch},`)) process.kill(-child.pid!, "SIGKILL");
  });
  expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
}
