import { exp } from "#lib/float64/exp.js";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { RandomStream } from "#lib/random/random-stream.js";
import { lorenzPurpose } from "./lorenz-latents.js";
import { lorenzRates } from "./lorenz-rates.js";
import { poissonCount } from "./poisson-count.js";
import type { LorenzSpec } from "./source-spec.js";

/**
 * Writes one dataset of the Lorenz demo. E trials in the order of their conditions, T bins of 1 ms, N channels:
 * `spikes` E×T×N uint8, `conditionId` E int32 from 1, `conditionRates` C×T×N float32 in spikes/s (the truth of a
 * trial is that of its condition), `timeMs` T float64, the centres of the bins. The same bytes on every machine.
 */
export async function writeLorenz(spec: LorenzSpec, file: string): Promise<void> {
  const { conditions, trialsPerCondition, durationMs: nBins } = spec;
  const { nChannels, ratesHz } = lorenzRates(spec);
  const trialSize = nBins * nChannels;
  await writeHdf5(file, (w) => {
    const nTrials = conditions * trialsPerCondition;
    const spikes = w.create("spikes", { shape: [nTrials, nBins, nChannels], type: "uint8", gzip: 4 });
    // Trials are written some 16 MB at a time.
    const batch = Math.max(1, Math.floor(2 ** 24 / (trialsPerCondition * trialSize)));
    for (let condition = 0; condition < conditions; condition += batch) {
      const end = Math.min(conditions, condition + batch);
      const counts = new Uint8Array((end - condition) * trialsPerCondition * trialSize);
      for (let c = condition; c < end; c++) {
        const expected = Float64Array.from(ratesHz.subarray(c * trialSize, (c + 1) * trialSize), (rate) => rate / 1000);
        const none = expected.map((lambda) => exp(-lambda));
        for (let repeat = 0; repeat < trialsPerCondition; repeat++) {
          const trial = c * trialsPerCondition + repeat;
          const stream = new RandomStream(spec.seed, lorenzPurpose.spikes, spec.index, trial);
          const out = counts.subarray((trial - condition * trialsPerCondition) * trialSize);
          for (let i = 0; i < trialSize; i++) out[i] = poissonCount(stream.uniform(), expected[i]!, none[i]!);
        }
      }
      spikes.writeRows(condition * trialsPerCondition, counts);
    }
    const conditionId = Int32Array.from({ length: nTrials }, (_, trial) => Math.floor(trial / trialsPerCondition) + 1);
    w.dataset("conditionId", conditionId);
    w.dataset("conditionRates", ratesHz, [conditions, nBins, nChannels], { gzip: 4 });
    w.dataset(
      "timeMs",
      Float64Array.from({ length: nBins }, (_, t) => t + 0.5),
    );
    w.attribute("conditionRates", "unit", "spikes/s");
  });
}
