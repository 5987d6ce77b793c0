import type { ExportFormat } from "./export-format.js";
import type { ExportedResults } from "./exported-results.js";
import { nwbSession } from "./nwb-session.js";
import { isExportedHdf5, writeResultsH5 } from "./write-results-h5.js";
import { isExportedMat, writeResultsMat } from "./write-results-mat.js";
import { isExportedNpz, writeResultsNpz } from "./write-results-npz.js";
import { writeResultsNwb } from "./write-results-nwb.js";

export interface ExportWriter {
  /** `recording`: the file that the dataset came from. Throws FailureError. */
  write(file: string, results: ExportedResults, recording: string): Promise<void>;
  /** Whether an existing file was written by this project. Throws FailureError for a file of another kind. */
  isExported(file: string): Promise<boolean>;
}

/** By the extension of the file. */
export const exportWriters: Readonly<Record<ExportFormat, ExportWriter>> = {
  h5: { write: writeResultsH5, isExported: isExportedHdf5 },
  mat: { write: writeResultsMat, isExported: isExportedMat },
  npz: { write: writeResultsNpz, isExported: isExportedNpz },
  nwb: {
    write: async (file, results, recording) =>
      writeResultsNwb(file, results, await nwbSession(recording, results.metadata)),
    isExported: isExportedHdf5,
  },
};
