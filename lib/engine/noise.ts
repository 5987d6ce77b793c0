/** Keys of the noise of one pass: of every row, that of g0 and of the inferred inputs. */
import { PURPOSE } from "./random-purpose.js";

export interface Noise {
  readonly firstRow: number;
  readonly rowStride: number;
  readonly firstStep: number;
  readonly stepStride: number;
  readonly of: keyof typeof PURPOSES;
}

/** Purposes of the noise of g0 and of u. */
export const PURPOSES = {
  training: [PURPOSE.trainingNoise, PURPOSE.trainingControllerNoise],
  validation: [PURPOSE.validationNoise, PURPOSE.validationControllerNoise],
  posterior: [PURPOSE.posteriorNoise, PURPOSE.posteriorControllerNoise],
  prior: [PURPOSE.priorNoise, PURPOSE.priorControllerNoise],
} as const;
