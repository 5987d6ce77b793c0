import { FailureError } from "#lib/failure.js";
import type { DatasetReader } from "./dataset-reader.js";
import { holdOut } from "./hold-out.js";
import { openChaoticRnn } from "./open-chaotic-rnn.js";
import { openH5 } from "./open-h5.js";
import { openLoaded } from "./open-loaded.js";
import { openLorenz } from "./open-lorenz.js";
import { openMatDataset } from "./open-mat-dataset.js";
import { openNpzDataset } from "./open-npz-dataset.js";
import { openNwb } from "./open-nwb.js";
import type { SourceSpec } from "./source-spec.js";

/**
 * Opens one dataset's recording. Throws FailureError `data` for a file that cannot be read, datasets that are
 * missing or do not fit together, and for a dataset without trials, bins or channels.
 */
export async function openDataset(name: string, source: SourceSpec, file: string): Promise<DatasetReader> {
  const reader = await openSource(name, source, file);
  const { nTrials, nBins, nChannels } = reader.info;
  const missing = [nTrials === 0 && "trials", nBins === 0 && "bins", nChannels === 0 && "channels"].filter(Boolean);
  if (missing.length > 0) {
    reader.close();
    throw new FailureError({
      kind: "data",
      what: `The dataset is empty: it has no ${missing.join(" and no ")}.`,
      where: file,
      hint:
        source.kind === "nwb"
          ? "The filters of nwb(…) may let nothing through."
          : "Make the file again, or leave it out by the pattern in the lfadsfile.",
    });
  }
  return source.heldOut === undefined ? reader : holdOut(reader, source.heldOut);
}

function openSource(name: string, source: SourceSpec, file: string): Promise<DatasetReader> {
  switch (source.kind) {
    case "lorenz":
      return openLorenz(name, source, file);
    case "chaoticRnn":
      return openChaoticRnn(name, source, file);
    case "h5":
      return openH5(name, source, file);
    case "mat":
      return openMatDataset(name, source, file);
    case "npz":
      return openNpzDataset(name, source, file);
    case "nwb":
      return openNwb(name, source, file);
    case "loaded":
      return openLoaded(name, file);
  }
}
