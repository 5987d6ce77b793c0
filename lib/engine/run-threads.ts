/** Starts the threads of a job on a memory of its own and passes on what the leader says. */
import { readFileSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { LeaderMessage, SampleJob, ThreadData, TrainJob } from "./job.js";
import { MAX_WIDTH } from "./kernels.js";
import { type DataSize, memoryPlan, type PlanSizes } from "./memory-plan.js";
import { encoderInputs, hasController, type ModelSpec, paddedWidth } from "./model-spec.js";
import { abortTeam, acknowledgeChunk } from "./team.js";

export type JobEnd = Extract<LeaderMessage, { kind: "finished" | "aborted" | "diverged" }>;

/** Counts of one dataset in memory, E × T × N. */
export interface Counts {
  readonly values: Uint8Array | Float32Array;
  readonly trials: number;
  readonly channels: number;
  /** External inputs, E × T × X. */
  readonly externalInputs?: Float32Array;
}

const PAGE_BYTES = 65536;
/** WebAssembly's addresses have 32 bits. */
const MEMORY_LIMIT_BYTES = 65536 * PAGE_BYTES;

/** A job that does not fit in WebAssembly's memory, or a layer wider than the kernels take. */
export class EngineLimitError extends Error {}

export function dataSizes(counts: readonly Counts[]): DataSize[] {
  return counts.map(({ values, trials, channels }) => ({ trials, channels, wide: values instanceof Float32Array }));
}

let wasm: WebAssembly.Module | undefined;

export async function runThreads(
  job: TrainJob | SampleJob,
  counts: readonly Counts[],
  sizes: PlanSizes,
  options: { signal: AbortSignal; onMessage: (message: LeaderMessage) => void | Promise<void> },
): Promise<JobEnd> {
  checkWidths(job.model);
  wasm ??= new WebAssembly.Module(readFileSync(new URL("./kernels.wasm", import.meta.url)));
  const plan = memoryPlan(sizes);
  if (plan.bytes > MEMORY_LIMIT_BYTES) {
    throw new EngineLimitError(
      `the model and its data need ${gigabytes(plan.bytes)} GB of memory, and the wasm engine can use ${gigabytes(MEMORY_LIMIT_BYTES)} GB`,
    );
  }
  const pages = Math.ceil(plan.bytes / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  new Int32Array(memory.buffer, plan.places, plan.rowCount).forEach((_, place, places) => {
    places[place] = place;
  });
  counts.forEach(({ values, externalInputs }, index) => {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    new Uint8Array(memory.buffer, plan.data[index]!, bytes.length).set(bytes);
    if (externalInputs) {
      new Float32Array(memory.buffer, plan.extInputs[index]!, externalInputs.length).set(externalInputs);
    }
  });

  const data = dataSizes(counts);
  const workers: Worker[] = [];
  const onAbort = () => abortTeam(memory);
  options.signal.addEventListener("abort", onAbort);
  if (options.signal.aborted) onAbort();
  try {
    return await new Promise<JobEnd>((resolve, reject) => {
      let queue = Promise.resolve();
      for (let thread = 0; thread < sizes.threads; thread++) {
        const workerData: ThreadData = { wasm: wasm!, memory, thread, sizes, data, job };
        const worker = new Worker(new URL("./thread.js", import.meta.url), { workerData });
        worker.on("error", reject);
        worker.on("exit", (code) => {
          if (code !== 0) reject(new Error(`a thread of the engine ended with code ${code}`));
        });
        if (thread === 0) {
          worker.on("message", (message: LeaderMessage) => {
            queue = queue
              .then(async () => {
                if (message.kind === "finished" || message.kind === "aborted" || message.kind === "diverged") {
                  resolve(message);
                  return;
                }
                await options.onMessage(message);
                if (message.kind !== "samples" && message.kind !== "checkpoint") return;
                // Messages that come as fast as they are read keep the event loop from everything else: from signals, too.
                await nextTurn();
                acknowledgeChunk(memory);
              })
              .catch(reject);
          });
        }
        workers.push(worker);
      }
    });
  } finally {
    options.signal.removeEventListener("abort", onAbort);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function checkWidths(model: ModelSpec): void {
  const widths = {
    c_gen_dim: model.genDim,
    c_ic_enc_dim: model.icEncDim,
    c_ic_dim: model.icDim,
    c_factors_dim: model.factorsDim,
    c_ext_input_dim: model.extInputDim,
    ...(hasController(model) ? { c_ci_enc_dim: model.ciEncDim, c_con_dim: model.conDim, c_co_dim: model.coDim } : {}),
    "the number of encoder inputs": paddedWidth(encoderInputs(model)),
  };
  for (const [name, width] of Object.entries(widths)) {
    if (width > MAX_WIDTH)
      throw new EngineLimitError(`${name} is ${width}; the wasm engine takes at most ${MAX_WIDTH}`);
  }
}

const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);
