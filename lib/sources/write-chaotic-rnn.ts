import { exp } from "#lib/float64/exp.js";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { RandomStream } from "#lib/random/random-stream.js";
import { binsOf, ChaoticRnn, chaoticRnnPurpose, pulseBinOf } from "./chaotic-rnn.js";
import { poissonCount } from "./poisson-count.js";
import type { ChaoticRnnSpec } from "./source-spec.js";

/**
 * Writes one dataset of a chaotic network. E trials in the order of their conditions, T bins, N units: `spikes` E×T×N
 * uint8, `rates` E×T×N float32 in spikes/s, `conditionId` E int32 from 1, `timeMs` T float64, the centres of the bins, and
 * `pulseBin` E int32 from 0 where there is a pulse. The same bytes on every machine.
 */
export async function writeChaoticRnn(spec: ChaoticRnnSpec, file: string): Promise<void> {
  const { conditions, trialsPerCondition, units, binMs } = spec;
  const network = new ChaoticRnn(spec);
  const nBins = binsOf(spec);
  const trialSize = nBins * units;
  const nTrials = conditions * trialsPerCondition;
  const trials = Array.from({ length: nTrials }, (_, trial) => trial);
  await writeHdf5(file, (w) => {
    const spikes = w.create("spikes", { shape: [nTrials, nBins, units], type: "uint8", gzip: 4 });
    const rates = w.create("rates", { shape: [nTrials, nBins, units], type: "float32", gzip: 4 });
    for (let condition = 0; condition < conditions; condition++) {
      const counts = new Uint8Array(trialsPerCondition * trialSize);
      const truth = new Float32Array(counts.length);
      for (let repeat = 0; repeat < trialsPerCondition; repeat++) {
        const trial = condition * trialsPerCondition + repeat;
        const ratesHz = network.ratesHz(condition, pulseBinOf(spec, trial));
        const stream = new RandomStream(spec.seed, chaoticRnnPurpose.spikes, spec.index, trial);
        for (let i = 0; i < trialSize; i++) {
          const expected = (ratesHz[i]! * binMs) / 1000;
          counts[repeat * trialSize + i] = poissonCount(stream.uniform(), expected, exp(-expected));
        }
        truth.set(ratesHz, repeat * trialSize);
      }
      spikes.writeRows(condition * trialsPerCondition, counts);
      rates.writeRows(condition * trialsPerCondition, truth);
    }
    const conditionOf = (trial: number): number => Math.floor(trial / trialsPerCondition) + 1;
    w.dataset("conditionId", Int32Array.from(trials, conditionOf));
    if (spec.pulse !== 0) {
      w.dataset(
        "pulseBin",
        Int32Array.from(trials, (trial) => pulseBinOf(spec, trial)),
      );
    }
    w.dataset(
      "timeMs",
      Float64Array.from({ length: nBins }, (_, t) => (t + 0.5) * binMs),
    );
    w.attribute("rates", "unit", "spikes/s");
  });
}
