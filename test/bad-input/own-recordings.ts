import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { lfads } from "../cli/run-lfads.js";

/** E trials × T bins of 1 ms × N channels. */
export type Shape = readonly [trials: number, bins: number, channels: number];

export interface Recording {
  /** Of the counts in the file; `spikes` when absent. */
  readonly path?: string;
  readonly shape?: Shape;
  /** Changes counts before they are written, at index `(trial * T + bin) * N + channel`. */
  readonly edit?: (counts: Float64Array) => void;
  readonly conditions?: readonly number[];
  readonly truth?: Shape;
  readonly timeMs?: readonly number[];
}

/** Counts of 0 to 2, the same every time. */
function countsOf([trials, bins, channels]: Shape): Float64Array {
  return Float64Array.from({ length: trials * bins * channels }, (_, i) => [0, 1, 0, 0, 2, 0, 1][(i * 31) % 7]!);
}

/** Writes `data/<name>.h5` with `spikes` and what else is given; by default of 12 trials × 20 bins × 4 channels. */
export async function record(dir: string, name: string, recording: Recording = {}): Promise<void> {
  mkdirSync(join(dir, "data"), { recursive: true });
  const { path = "spikes", shape = [12, 20, 4], edit, conditions, truth, timeMs } = recording;
  const counts = countsOf(shape);
  edit?.(counts);
  await writeHdf5(join(dir, "data", `${name}.h5`), (writer) => {
    writer.dataset(path, counts, [...shape]);
    if (conditions) writer.dataset("conditionId", Float64Array.from(conditions), [conditions.length]);
    if (truth) writer.dataset("rates", countsOf(truth), [...truth]);
    if (timeMs) writer.dataset("timeMs", Float64Array.from(timeMs), [timeMs.length]);
  });
}

/** A lfadsfile.ts over `data/*.h5`, whose training takes two epochs. The options are TypeScript. */
export function ownLfadsfile({ mapping = "binMs: 1", runSpecs = "runSpec.eachDataset()", params = "" } = {}): string {
  return `
import { datasetCollection, defineLfads, h5, runCollection, runParams, runSpec } from "lfads";
const datasets = datasetCollection("own", { path: "data", datasets: h5("*.h5", { counts: "spikes", ${mapping} }) });
const settings = runParams({
  spikeBinMs: 5, maxEpochs: 2, c_co_dim: 0, c_batch_size: 4, c_factors_dim: 2, c_gen_dim: 4, c_ic_dim: 2,
  c_ic_enc_dim: 4, num_samples_posterior: 2, ${params}
});
export default defineLfads({
  root: "runs",
  collections: [runCollection("look", { datasets, runSpecs: ${runSpecs}, params: [settings] })],
});
`;
}

export function writeLfadsfile(dir: string, text = ownLfadsfile()): void {
  writeFileSync(join(dir, "lfadsfile.ts"), text);
}

/** A build without a terminal; paths of the folder are `<dir>` in the text, hashes `*`, durations `_ s`. */
export function build(dir: string, ...args: readonly string[]) {
  const { code, out, err } = lfads(dir, "build", ...args);
  return { code, out: anonymous(dir, out), err: anonymous(dir, err) };
}

export function anonymous(dir: string, text: string): string {
  return text
    .replaceAll(dir, "<dir>")
    .replace(/\b(param|data)_[A-Za-z0-9_-]{6}(?=[/~])/g, "$1_*")
    .replace(/\b[0-9a-f]{64}\b/g, "<key>")
    .replace(/\b\d+(\.\d+)? (ms|s)$/gm, "_ s")
    .replace(/ \d+(\.\d+)? (ms|s):/g, " _ s:");
}

/** What a build that ended must not leave: files aside, staged outputs, locks. */
export function leftovers(dir: string): string[] {
  const names = readdirSync(dir, { recursive: true, withFileTypes: true });
  const paths = names.map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1));
  return paths.filter((path) => /\.tmp$|^\.lfads\/(staging|locks)\/./.test(path)).sort();
}

/** Files below `runs`, sorted, with their bytes; where there are no runs, none. */
export function outputs(dir: string): Map<string, string> {
  const files = new Map<string, string>();
  let entries: ReturnType<typeof list> = [];
  try {
    entries = list(join(dir, "runs"));
  } catch {
    // no runs yet
  }
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files.set(path.slice(dir.length + 1), readFileSync(path, "latin1"));
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Those that must be the same however the build went; lfads.out is the log of every try. */
export function results(dir: string): Map<string, string> {
  return new Map([...outputs(dir)].filter(([name]) => !name.endsWith("/lfads.out")));
}

function list(folder: string) {
  return readdirSync(folder, { recursive: true, withFileTypes: true });
}
