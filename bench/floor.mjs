// Claim: the matrix products reach 60 % of what WebAssembly's SIMD can do on this processor, and a whole training step
// half of it on one thread. The most is measured, not read from a data sheet: sums of products of vectors of four
// float32, without memory (WebAssembly has no fused multiply-add that gives the same bits everywhere).
//   npm run build && node bench/floor.mjs [--check] [--rounds 40] [--write]
// --check leaves the training steps out: a guard for changes of the kernels or of V8.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { isMatrix, parameterTable } from "#lib/engine/parameters.js";
import { RandomStream } from "#lib/random/random-stream.js";
import { modelSpecOf, withDefaults } from "#rules/model-spec-of.js";
import { reportTable } from "./report-table.mjs";
import { spread } from "./spread.mjs";
import { startPeer } from "./train/peer.mjs";

const ASKED = { product: 0.6, step: 0.5 };
/** Rows × columns × depth. The first ones are recurrences, which have few rows; the others go over all bins. */
const PRODUCTS = [
  { what: "recurrence, 64 units", kind: "gemm", M: 10, N: 128, K: 64 },
  { what: "recurrence, 100 units", kind: "gemm", M: 16, N: 200, K: 100 },
  { what: "recurrence, 128 units", kind: "gemm", M: 16, N: 256, K: 128 },
  { what: "its gradient", kind: "gemm", M: 16, N: 128, K: 256 },
  { what: "encoders to controller", kind: "gemm", M: 1600, N: 384, K: 256 },
  { what: "read-out", kind: "gemm", M: 1600, N: 100, K: 52 },
  { what: "weights' gradient, 64 units", kind: "gemmTransposed", M: 1000, N: 192, K: 64 },
  { what: "weights' gradient, 100 units", kind: "gemmTransposed", M: 1600, N: 300, K: 100 },
  { what: "weights' gradient, 128 units", kind: "gemmTransposed", M: 1600, N: 384, K: 128 },
];
const SHARE_OF_SPIKES = 0.1;

const { values: options } = parseArgs({
  options: {
    check: { type: "boolean" },
    rounds: { type: "string", default: "40" },
    write: { type: "boolean" },
  },
});
const scratch = mkdtempSync(join(tmpdir(), "lfads-floor-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
const modules = {
  kernels: compiled(new URL("../dist/lib/engine/kernels.wasm", import.meta.url)),
  peak: compiled(compilePeak()),
};

const tasks = [{ kind: "peak" }, ...PRODUCTS];
const [alone] = await ratesOf(1);
const together = await ratesOf(2);
// Others load a machine, so a core's own speed is the best slice; what two threads reach at once is the usual one.
const best = alone.map((slices) => spread(slices).most);
const both = tasks.map((_, task) => together.reduce((total, thread) => total + spread(thread[task]).median, 0));
const peak = best[0];
const percent = (share) => `${Math.round(share * 100)} %`;
let met = true;
const rows = tasks.map(({ what, kind, M, N, K }, task) => {
  const name = kind === "peak" ? "peak: sums of products without memory" : `${kind} ${M} × ${N} × ${K}: ${what}`;
  if (best[task] < ASKED.product * peak) met = false;
  return [name, best[task].toFixed(1), percent(best[task] / peak), both[task].toFixed(1)];
});
if (!options.check) for (const size of ["demo", "defaults"]) rows.push(await stepRow(size));
reportTable("bench/floor.mjs", ["what", "GFLOP/s, 1 thread", "of the peak", "GFLOP/s, 2 threads"], rows, [
  `One thread: the best of ${options.rounds} slices in turn; two at once: the median. Asked: ${percent(ASKED.product)} in`,
  `products, ${percent(ASKED.step)} in steps. A step counts the matrix products alone, of the encoders' input those with`,
  `its non-zeros (${percent(SHARE_OF_SPIKES)}); it does its gates, random numbers, costs and Adam besides.`,
]);
process.exit(met ? 0 : 1);

function compilePeak() {
  const out = join(scratch, "peak.wasm");
  const asc = fileURLToPath(new URL("../node_modules/assemblyscript/bin/asc.js", import.meta.url));
  const source = fileURLToPath(new URL("./floor/peak.ts", import.meta.url));
  const shared = ["--importMemory", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65536"];
  const flags = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd,threads,bulk-memory", ...shared];
  execFileSync(process.execPath, [asc, source, "-o", out, ...flags], { cwd: scratch, stdio: "inherit" });
  return out;
}

function compiled(file) {
  return new WebAssembly.Module(readFileSync(file));
}

/** Of each thread, the rates of every task. */
function ratesOf(threads) {
  const workerData = { modules, tasks, rounds: Number(options.rounds) };
  return Promise.all(
    Array.from({ length: threads }, () => {
      const worker = new Worker(new URL("./floor/thread.mjs", import.meta.url), { workerData });
      return new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
    }),
  );
}

/** A whole training step as bench/train times it. */
async function stepRow(name) {
  const size = JSON.parse(readFileSync(new URL("./train/sizes.json", import.meta.url), "utf8"))[name];
  const counts = join(scratch, name);
  const random = new RandomStream(0, 1, 0, 0);
  const length = (size.steps * size.params.c_batch_size + 1) * size.bins * size.channels;
  writeFileSync(
    counts,
    Uint8Array.from({ length }, () => (random.uniform() < SHARE_OF_SPIKES ? 1 : 0)),
  );
  const script = fileURLToPath(new URL("./train/engine-peer.mjs", import.meta.url));
  const peer = startPeer(process.execPath, [script, "train", JSON.stringify(size), counts]);
  const gigaflop = flopOfTrial(size) / 1e9;
  const rates = { 1: [], 2: [] };
  for (let round = 0; round < 3; round++) {
    for (const threads of [1, 2]) rates[threads].push((await peer.round({ threads })).trialsPerSecond * gigaflop);
  }
  peer.end();
  const one = spread(rates[1]).most;
  if (one < ASKED.step * peak) met = false;
  return [`training step: ${size.title}`, one.toFixed(1), percent(one / peak), spread(rates[2]).median.toFixed(1)];
}

/** Operations in the matrix products of a trial, forward and backward. */
function flopOfTrial({ channels, bins, params }) {
  const model = modelSpecOf(withDefaults(params), bins, [{ name: "bench", channels }]);
  const sum = (blocks) => blocks.reduce((a, b) => a + b, 0);
  let products = 0;
  for (const tensor of parameterTable(model).tensors.values()) {
    if (!isMatrix(tensor)) continue;
    const times = /^post|^genIc/.test(tensor.key) ? 1 : bins;
    // Forward, weights' gradient and input's gradient; nothing before the counts wants the last.
    const passes = /^i?ci?\.(fwd|rev)\.x$/.test(tensor.key) ? 2 * SHARE_OF_SPIKES : 3;
    products += times * passes * sum(tensor.rows) * sum(tensor.columns);
  }
  return 2 * products;
}
