import { type Hdf5File, openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { arraysReader } from "./arrays-reader.js";
import type { DatasetReader } from "./dataset-reader.js";
import { partsOf } from "./h5-layout.js";
import type { H5Spec } from "./source-spec.js";

/** Opens an HDF5 file whose datasets `spec` names. Throws FailureError `data` where they do not fit together. */
export async function openH5(name: string, spec: H5Spec, file: string): Promise<DatasetReader> {
  const h5 = await openHdf5(file);
  try {
    const reader = arraysReader(name, spec, h5);
    return { ...reader, notes: matlabNote(h5, spec, reader.info) };
  } catch (error) {
    h5.close();
    throw error;
  }
}

/** MATLAB's own files are HDF5 too, and say so. */
function matlabNote(h5: Hdf5File, { counts }: H5Spec, { nTrials, nBins, nChannels }: DatasetReader["info"]): string[] {
  const { path } = partsOf(h5, counts)[0]!;
  if (h5.attribute(path, "MATLAB_class") === undefined) return [];
  const read = `${nTrials} trials × ${nBins} bins × ${nChannels} channels`;
  return [`MATLAB has saved ${path}, with its axes in reverse: it is read as ${read}. mat(…) knows MATLAB's order.`];
}
