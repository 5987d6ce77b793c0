// Claim: the products that skip zeros are at least 3 times as fast as the dense ones with a tenth of spikes, and not
// slower where they are last used, with 3/8; an exp, tanh, σ or dropout mask takes less than 2 ns, a normal number 8.
//   npm run build && node bench/kernels.mjs [--rounds 100] [--write]
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { instantiateKernels, ZEROS_ADDRESS } from "#lib/engine/kernels.js";
import { RandomStream } from "#lib/random/random-stream.js";
import { reportTable } from "./report-table.mjs";

const { values: options } = parseArgs({
  options: { rounds: { type: "string", default: "100" }, write: { type: "boolean" } },
});
const MB = 2 ** 20;
const memory = new WebAssembly.Memory({ initial: 1024, maximum: 1024, shared: true });
const wasm = readFileSync(new URL("../dist/lib/engine/kernels.wasm", import.meta.url));
const k = instantiateKernels(new WebAssembly.Module(wasm), memory);
const floats = new Float32Array(memory.buffer);
const random = new RandomStream(0, 1, 0, 0);
const [X, W, Y, INDEX, KEYS] = [1, 8, 24, 48, 60].map((megabytes) => megabytes * MB);
for (let at = W / 4; at < Y / 4; at++) floats[at] = Math.sin(at);

let met = true;
const rows = [];

const n = 4096;
for (let at = 0; at < n; at++) floats[X / 4 + at] = 8 * random.uniform() - 4;
for (const [what, limit, call] of [
  ["exp", 2, () => k.mapExp(n, X, Y)],
  ["tanh", 2, () => k.mapTanh(n, X, Y)],
  ["σ", 2, () => k.mapSigmoid(n, X, Y)],
  ["a dropout mask", 2, () => k.dropoutMask(Y, 16, 4, n / 64, KEYS, 1, 2, 3, 0, 62259)],
  ["a normal number", 8, () => k.normals(Y, 16, 4, n / 64, 0, 1, 1, 0, 2, 3, 0)],
]) {
  const nanoseconds = (least([call], 20)[0] / n) * 1e6;
  if (nanoseconds >= limit) met = false;
  rows.push([what, `${nanoseconds.toFixed(2)} ns an element`, "", `less than ${limit}`]);
}

const [M, K, N] = [1600, 100, 384];
k.packPanels(K, N, W, N, INDEX + 4 * MB);
for (const [share, asked] of [
  [0.02, 3],
  [0.1, 3],
  [0.37, 1],
]) {
  for (let at = 0; at < M * K; at++) floats[X / 4 + at] = random.uniform() < share ? 1 : 0;
  const found = () => {
    if (!k.indexNonZeros(M, K, X, K, INDEX)) throw new Error(`no index with ${share}`);
  };
  const times = least(
    [
      () => k.gemm(M, N, K, X, K, INDEX + 4 * MB, Y, N, ZEROS_ADDRESS, 0),
      () => k.gemmTransposed(M, K, N, X, K, W, N, Y, N),
      found,
      () => k.gemmSparse(M, N, INDEX, X, K, W, N, Y, N, ZEROS_ADDRESS, 0),
      () => k.gemmTransposedSparse(M, N, INDEX, X, K, W, N, Y, N),
    ],
    1,
  );
  const [dense, denseGradient, list, sparse, sparseGradient] = times;
  const ratio = (dense + denseGradient) / (list + sparse + sparseGradient);
  if (ratio < asked) met = false;
  rows.push([
    `product and gradient, ${share * 100} % of ${M} × ${K} not zero, ${N} columns`,
    `${(list + sparse + sparseGradient).toFixed(2)} ms`,
    `dense ${(dense + denseGradient).toFixed(2)} ms`,
    `${ratio.toFixed(1)} times as fast, asked ${asked}`,
  ]);
}
reportTable("bench/kernels.mjs", ["kernel", "time", "beside", "asked"], rows, [
  `The least of ${options.rounds} rounds in turn.`,
]);
process.exit(met ? 0 : 1);

/** Least time of each call, in ms, each `times` in a row. */
function least(calls, times) {
  const best = calls.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < Number(options.rounds); round++) {
    calls.forEach((call, index) => {
      const started = performance.now();
      for (let i = 0; i < times; i++) call();
      best[index] = Math.min(best[index], (performance.now() - started) / times);
    });
  }
  return best;
}
