import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import type { DatasetReader } from "./dataset-reader.js";
import { lorenzLatents } from "./lorenz-latents.js";
import type { LorenzSpec } from "./source-spec.js";

/** Opens a dataset of the demo as `writeLorenz` made it. */
export async function openLorenz(name: string, spec: LorenzSpec, file: string): Promise<DatasetReader> {
  const h5 = await openHdf5(file);
  const [nTrials, nBins, nChannels] = h5.shape("spikes") as [number, number, number];
  const trialSize = nBins * nChannels;
  let latents: Float64Array | undefined;
  return {
    file,
    info: {
      name,
      nTrials,
      nChannels,
      nBins,
      binMs: 1,
      hasTruth: true,
      hasConditions: true,
      nExternalInputs: 0,
      nStates: 3,
      alignmentFactors: null,
      split: null,
    },
    timeVecMs: h5.readFloat64("timeMs"),
    conditions: [...h5.readFloat64("conditionId")],
    notes: [],
    originOf: (trial, field) => ({ path: field === "truth" ? "conditionRates" : "spikes", trial: trial + 1 }),
    readTrials(start, count) {
      const counts = h5.readFloat64Rows("spikes", start, count);
      const truth = new Float64Array(counts.length);
      const states = new Float64Array(count * nBins * 3);
      latents ??= lorenzLatents(spec);
      const firstCondition = Math.floor(start / spec.trialsPerCondition);
      const endCondition = Math.floor((start + count - 1) / spec.trialsPerCondition) + 1;
      const rates = h5.readFloat64Rows("conditionRates", firstCondition, endCondition - firstCondition);
      for (let i = 0; i < count; i++) {
        const condition = Math.floor((start + i) / spec.trialsPerCondition) - firstCondition;
        const from = condition * trialSize;
        for (let j = 0; j < trialSize; j++) truth[i * trialSize + j] = rates[from + j]! / 1000;
        const first = (condition + firstCondition) * nBins * 3;
        states.set(latents.subarray(first, first + nBins * 3), i * nBins * 3);
      }
      return { counts, truth, states };
    },
    close: () => h5.close(),
  };
}
