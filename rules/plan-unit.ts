import type { Target } from "#lib/build/target.js";

/** Targets of one setting of a collection, or of what its settings share (`setting` null). */
export interface PlanUnit {
  /** Index in the project. */
  readonly collection: number;
  readonly setting: number | null;
  readonly targets: readonly Target[];
}
