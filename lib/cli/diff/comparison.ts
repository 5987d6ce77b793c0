import type { ComparedOutput } from "./compare-outputs.js";
import type { ComparedResult } from "./compare-results.js";
import type { ComparedInputs, Difference } from "./compare-sides.js";

/** All that is compared of two runs or two targets. */
export interface Comparison {
  readonly left: string;
  readonly right: string;
  /** Parameters, inputs and outputs are the same; versions, places and times may differ. */
  readonly same: boolean;
  readonly parameters: readonly Difference[];
  readonly inputs: ComparedInputs;
  readonly versions: readonly Difference[];
  /** Of runs; empty for targets. */
  readonly results: readonly ComparedResult[];
  readonly outputs: readonly ComparedOutput[];
}
