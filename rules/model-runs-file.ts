/** The model_runs files: what a model computed for each trial, one row a trial (docs/files.md). */
import type { ModelSpec } from "#lib/engine/model-spec.js";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";

/** HDF5 datasets with their shapes without the trials. */
export type RowLayout = readonly (readonly [name: string, shape: readonly number[]])[];

const GZIP_LEVEL = 1;

/** What a generator pass gives for a dataset of `channels` channels. */
export function passLayout(model: ModelSpec, channels: number): RowLayout {
  const { bins: T, genDim: G, factorsDim: F, coDim: C, outputDist } = model;
  return [
    ["gen_ics", [G]],
    ...(C > 0 ? ([["controller_outputs", [T, C]]] as const) : []),
    ["gen_states", [T, G]],
    ["factors", [T, F]],
    ["output_dist_params", [T, outputDist === "gaussian" ? 2 * channels : channels]],
  ];
}

/** Makes `file` with `rows` rows; `fill` gets a function that writes rows of fields from a first row on. */
export async function writeModelRuns(
  file: string,
  rows: number,
  layout: RowLayout,
  fill: (write: (firstRow: number, fields: Iterable<readonly [string, Float64Array]>) => void) => Promise<void>,
): Promise<void> {
  await writeHdf5(file, async (w) => {
    const writers = new Map(
      layout.map(([name, shape]) => [
        name,
        w.create(name, { shape: [rows, ...shape], type: "float64", gzip: GZIP_LEVEL }),
      ]),
    );
    await fill((firstRow, fields) => {
      for (const [name, values] of fields) writers.get(name)!.writeRows(firstRow, values);
    });
  });
}
