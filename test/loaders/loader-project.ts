import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A project of one dataset, `day1`, made of data/day1.txt; the source and settings are TypeScript. */
export function writeProject(dir: string, source: string, settings = "", spec = "runSpec.all()"): void {
  mkdirSync(join(dir, "data"), { recursive: true });
  writeFileSync(join(dir, "data/day1.txt"), "5");
  writeFileSync(
    join(dir, "lfadsfile.ts"),
    `
import { command, datasetCollection, defineLfads, loader, runCollection, runParams, runSpec, sweep } from "lfads";
const datasets = datasetCollection("own", { path: "data", datasets: ${source} });
const base = runParams({
  spikeBinMs: 5, maxEpochs: 2, c_co_dim: 0, c_batch_size: 4, c_factors_dim: 2, c_gen_dim: 4, c_ic_dim: 2,
  c_ic_enc_dim: 4, num_samples_posterior: 2,
  custom: {
    shift: { class: "double", default: 0, affects: "data" },
    note: { class: "char", default: "", affects: "nothing" },
  },
});
export default defineLfads({
  root: "runs",
  collections: [runCollection("look", { datasets, runSpecs: [${spec}], params: ${settings || "[base]"} })],
});
`,
  );
}

/** A loader of 12 trials × 3 channels × 20 bins; `body` runs before it returns, `more` is returned besides. */
export function loaderText(body = "", more = ""): string {
  return `
import { readFileSync } from "node:fs";
import type { LoadedTrials, LoaderContext } from "lfads";
import { scaleOf } from "./scale.js";

export default async function load({ dataset, params, mode, files }: LoaderContext<{ shift: number; note: string }>): Promise<LoadedTrials> {
  const seed = Number(readFileSync(dataset.file, "utf8")) + params.shift;
  ${body}
  const trial = (i: number) => [0, 1, 2].map((c) => Array.from({ length: 20 }, (_, t) => (i + c * t * seed) % scaleOf()));
  const counts = Array.from({ length: 12 }, (_, i) => trial(i));
  return { counts, binMs: 1, conditionId: counts.map((_, i) => (i % 2 ? "left" : "right")), ${more} };
}
`;
}

export function writeLoader(dir: string, text = loaderText()): void {
  writeFileSync(join(dir, "load.ts"), text);
  writeFileSync(join(dir, "scale.ts"), "export const scaleOf = () => 3;\n");
}
