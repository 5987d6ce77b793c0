// Claim: a training step of the engine, and posterior sampling, against PyTorch on the same processor: at the demo's
// sizes at least 2 times as many trials a second, at the default sizes 1.1 times, in sampling (as lfads-torch samples)
// 3 times; 1.8 times as fast with 2 threads as with 1. Rounds in turn, PyTorch at its better number of threads.
//   npm run build && LFADS_TEST_PYTHON=… node bench/train.mjs [--sizes demo,defaults] [--rounds 5] [--write]
// LFADS_TEST_PYTHON is a Python with torch 2.13 (`pip install torch==2.13.0 numpy`, the build for CPU).
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { RandomStream } from "#lib/random/random-stream.js";
import { reportTable } from "./report-table.mjs";
import { spread } from "./spread.mjs";
import { startPeer } from "./train/peer.mjs";

const ASKED = {
  demo: { train: 2, "sample-repeating": 3 },
  defaults: { train: 1.1, "sample-repeating": 3 },
};
const TASKS = {
  train: "training step",
  sample: "samples; PyTorch encodes a trial once",
  "sample-repeating": "samples; PyTorch encodes every sample, as lfads-torch does",
};
const THREADS = [1, 2];

const { values: options } = parseArgs({
  options: {
    sizes: { type: "string", default: "demo,defaults" },
    rounds: { type: "string", default: "5" },
    write: { type: "boolean" },
  },
});
const python = process.env.LFADS_TEST_PYTHON;
if (!python) {
  console.log("skipped: set LFADS_TEST_PYTHON to a Python with torch (pip install torch==2.13.0 numpy)");
  process.exit(0);
}
const sizes = JSON.parse(readFileSync(new URL("./train/sizes.json", import.meta.url), "utf8"));
const file = (name) => fileURLToPath(new URL(`./train/${name}`, import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "lfads-bench-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

const rows = [];
let torchVersion;
let met = true;
for (const name of options.sizes.split(",")) {
  for (const [task, density] of [
    ["train", 0.1],
    ["train", 1],
    ["sample", 0.1],
    ["sample-repeating", 0.1],
  ]) {
    rows.push(await compare(name, task, density));
  }
}
reportTable(
  "bench/train.mjs",
  ["size", "what", "engine, 1 thread", "2 threads", "speed-up", "PyTorch, 1 thread", "2 threads", "ratio", "memory"],
  rows,
  [
    `Trials a second: median of ${options.rounds} rounds in turn, least and most in brackets.`,
    "The ratio is that of each side's better number of threads; memory is the process's peak, engine and PyTorch, in MB.",
    `PyTorch ${torchVersion}, float32, OMP_WAIT_POLICY=PASSIVE, dropout on.`,
  ],
);
process.exit(met ? 0 : 1);

/** A row of the table. */
async function compare(name, task, density) {
  const size = sizes[name];
  const counts = join(scratch, "counts");
  writeFileSync(counts, poissonCounts(size, density));
  const args = [task, JSON.stringify(size), counts];
  const peers = {
    engine: startPeer(process.execPath, [file("engine-peer.mjs"), ...args.with(0, task.split("-")[0])]),
    torch: startPeer(python, [file("torch_peer.py"), ...args], { OMP_WAIT_POLICY: "PASSIVE" }),
  };
  const results = { engine: { 1: [], 2: [] }, torch: { 1: [], 2: [] } };
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const threads of THREADS) {
      for (const side of ["engine", "torch"]) results[side][threads].push(await peers[side].round({ threads }));
      check(task, size, results.engine[threads].at(-1), results.torch[threads].at(-1));
    }
  }
  for (const peer of Object.values(peers)) peer.end();

  const rate = (side, threads) => results[side][threads].map((result) => result.trialsPerSecond);
  const better = (side) => (spread(rate(side, 1)).median > spread(rate(side, 2)).median ? 1 : 2);
  const quotients = (above, below) => spread(above.map((value, round) => value / below[round]));
  const ratio = quotients(rate("engine", better("engine")), rate("torch", better("torch")));
  const speedUp = quotients(rate("engine", 2), rate("engine", 1));
  const asked = ASKED[name]?.[task];
  if (ratio.median < asked || (task === "train" && speedUp.median < 1.8)) met = false;
  const last = (side) => results[side][2].at(-1);
  torchVersion = last("torch").version;
  const row = [
    size.title,
    task === "train" ? `${TASKS[task]}, ${density} spikes a bin` : `${size.samples} ${TASKS[task]}`,
    ...THREADS.map((threads) => shown(spread(rate("engine", threads)), 0)),
    shown(speedUp, 2),
    ...THREADS.map((threads) => shown(spread(rate("torch", threads)), 0)),
    shown(ratio, 2) + (asked === undefined ? "" : `, asked ${asked}`),
    ["engine", "torch"].map((side) => Math.round(last(side).peakBytes / 1e6)).join(" and "),
  ];
  console.error(row.join(" | "));
  return row;
}

/**
 * Both sides must have done the same work: the same mean cost over the second epoch (that of the first depends on where
 * the weights happen to start), or the same number of trials.
 */
function check(task, size, engine, torch) {
  const fits =
    task === "train"
      ? Math.abs(engine.costs[1] / torch.costs[1] - 1) < 0.25
      : engine.trials === size.sampledTrials && torch.trials === size.sampledTrials;
  if (!fits) throw new Error(`not the same work: ${JSON.stringify({ engine, torch })}`);
}

/** Enough trials for an epoch, for validation and for sampling. */
function poissonCounts({ channels, bins, steps, sampledTrials, params }, mean) {
  const random = new RandomStream(0, 1, 0, 0);
  const none = Math.exp(-mean);
  const trials = Math.max(steps * params.c_batch_size + 1, sampledTrials);
  return Uint8Array.from({ length: trials * bins * channels }, () => {
    let count = 0;
    for (let product = random.uniform(); product > none; product *= random.uniform()) count += 1;
    return count;
  });
}

function shown({ median, least, most }, digits) {
  const text = (value) => value.toFixed(digits);
  return `${text(median)} (${text(least)}–${text(most)})`;
}
