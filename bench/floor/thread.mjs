// A thread that times tasks in turn, a slice of each a round, and posts each task's rates: GFLOP/s, a slice each.
import { parentPort, workerData } from "node:worker_threads";
import { instantiateKernels, ZEROS_ADDRESS } from "#lib/engine/kernels.js";

const SLICE_MS = 3;
const { modules, tasks, rounds } = workerData;
const memory = new WebAssembly.Memory({ initial: 512, maximum: 512, shared: true });
const k = instantiateKernels(modules.kernels, memory);
const { peak } = new WebAssembly.Instance(modules.peak, { env: { memory } }).exports;
const [A, B, C] = [1, 12, 24].map((megabytes) => megabytes * 2 ** 20);
const floats = new Float32Array(memory.buffer);
for (let at = A / 4; at < floats.length; at++) floats[at] = Math.sin(at);

const PEAK_LOOPS = 10000;
const calls = tasks.map(({ kind, M, N, K }) => {
  if (kind === "peak") return { flop: 64 * PEAK_LOOPS, call: () => peak(PEAK_LOOPS, A) };
  const flop = 2 * M * N * K;
  if (kind === "gemm") return { flop, call: () => k.gemm(M, N, K, A, K, B, C, N, ZEROS_ADDRESS, 0) };
  return { flop, call: () => k.gemmTransposed(M, K, N, A, K, B, N, C, N) };
});
for (const { flop, call } of calls) repeat(call, Math.ceil(3e8 / flop));
const rates = tasks.map(() => []);
for (let round = 0; round < rounds; round++) {
  calls.forEach(({ flop, call }, task) => {
    floats.fill(0, C / 4);
    const times = Math.ceil((SLICE_MS * 4e7) / flop);
    const started = performance.now();
    repeat(call, times);
    rates[task].push((flop * times) / (performance.now() - started) / 1e6);
  });
}
parentPort.postMessage(rates);

function repeat(call, times) {
  for (let i = 0; i < times; i++) call();
}
