import type { Provenance } from "./action-record.js";

/** Where a restored result comes from. */
export interface Restored {
  /** The run that made the outputs. */
  readonly madeBy: Provenance;
  /** They are all there already, and only the state or a link is put right; else they come from the store. */
  readonly inPlace: boolean;
}
