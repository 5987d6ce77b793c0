/**
 * `alignment.h5`, what `align` makes. C conditions of any dataset, T bins, N channels, F factors, P global PCs.
 *
 *   condition_names                          C texts, ascending
 *   timeVecMs                                T, centres of the bins
 *   global_pcs                               C×T×P, NaN where not every dataset has the condition
 *   explained_variance                       P, parts of the whole
 *   datasets/<dataset>/alignment_matrix_cxf  N×F
 *   datasets/<dataset>/alignment_bias_c      N
 *   datasets/<dataset>/reconstruction        C×T×P
 *   datasets/<dataset>/r2                    P
 *   datasets/<dataset>/lambda                1, of a ridge regression
 */
import type { Alignments } from "#lib/alignment/align-datasets.js";
import type { Reconstructions } from "#lib/alignment/alignment-plot.js";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import type { Alignment } from "#lib/sources/dataset-reader.js";

export const ALIGNMENT_FILE = "alignment.h5";

export async function writeAlignments(file: string, alignments: Alignments, timeVecMs: Float64Array): Promise<void> {
  const { conditions, nBins, nPcs, factors } = alignments;
  const trajectories = [conditions.length, nBins, nPcs];
  await writeHdf5(file, (w) => {
    w.strings("condition_names", conditions.map(String));
    w.dataset("timeVecMs", timeVecMs);
    w.dataset("global_pcs", alignments.pcs, trajectories);
    w.dataset("explained_variance", alignments.explained);
    for (const { name, nChannels, matrix, bias, reconstruction, r2, lambda } of alignments.datasets) {
      const at = (field: string) => `datasets/${name}/${field}`;
      w.dataset(at("alignment_matrix_cxf"), matrix, [nChannels, factors]);
      w.dataset(at("alignment_bias_c"), bias);
      w.dataset(at("reconstruction"), reconstruction, trajectories);
      w.dataset(at("r2"), r2);
      if (lambda !== null) w.dataset(at("lambda"), Float64Array.of(lambda));
    }
  });
}

/** Of one dataset. */
export async function readAlignment(file: string, dataset: string): Promise<Alignment> {
  const h5 = await openHdf5(file);
  try {
    const read = (field: string) => h5.readFloat64(`datasets/${dataset}/${field}`);
    return { matrix: read("alignment_matrix_cxf"), bias: read("alignment_bias_c") };
  } finally {
    h5.close();
  }
}

export async function readReconstructions(file: string): Promise<Reconstructions> {
  const h5 = await openHdf5(file);
  try {
    return {
      conditions: h5.readStrings("condition_names"),
      timeVecMs: h5.readFloat64("timeVecMs"),
      explained: h5.readFloat64("explained_variance"),
      pcs: h5.readFloat64("global_pcs"),
      datasets: h5.keys("datasets").map((name) => ({
        name,
        reconstruction: h5.readFloat64(`datasets/${name}/reconstruction`),
        r2: h5.readFloat64(`datasets/${name}/r2`),
      })),
    };
  } finally {
    h5.close();
  }
}
