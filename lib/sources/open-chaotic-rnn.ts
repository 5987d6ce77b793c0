import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import type { DatasetReader } from "./dataset-reader.js";
import { openH5 } from "./open-h5.js";
import type { ChaoticRnnSpec } from "./source-spec.js";

/** Opens a dataset as `writeChaoticRnn` made it. */
export async function openChaoticRnn(name: string, spec: ChaoticRnnSpec, file: string): Promise<DatasetReader> {
  const layout = { counts: "spikes", truth: "rates", truthUnit: "hz", condition: "conditionId" } as const;
  const reader = await openH5(name, { kind: "h5", ...layout, binMs: spec.binMs }, file);
  if (spec.pulse === 0) return reader;
  const h5 = await openHdf5(file);
  try {
    return { ...reader, pulseBins: [...h5.readFloat64("pulseBin")] };
  } finally {
    h5.close();
  }
}
