import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import type { DatasetReader } from "./dataset-reader.js";
import { openH5 } from "./open-h5.js";

/** Opens what `writeLoaded` wrote. */
export async function openLoaded(name: string, file: string): Promise<DatasetReader> {
  const h5 = await openHdf5(file);
  let spec: Parameters<typeof openH5>[1];
  try {
    const binMs = h5.has("binMs") ? { binMs: h5.readFloat64("binMs")[0]! } : {};
    spec = {
      kind: "h5",
      counts: "counts",
      time: "timeVecMs",
      ...binMs,
      ...(h5.has("conditionId") ? { condition: "conditionId" } : {}),
      ...(h5.has("truth") ? { truth: "truth", truthUnit: "countsPerBin" } : {}),
      ...(h5.has("externalInputs") ? { externalInputs: "externalInputs" } : {}),
      ...(h5.has("states") ? { states: "states" } : {}),
      ...(h5.has("behavior") ? { behavior: "behavior" } : {}),
    };
  } finally {
    h5.close();
  }
  return openH5(name, spec, file);
}
