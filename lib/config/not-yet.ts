import type { Problem } from "./problem.js";
import type { RunParams } from "./project.js";

/** What this version does not have: alignment matrices that it computes itself. */
const missing = ["useAlignmentMatrix", "useSingleDatasetAlignmentMatrix"];

/** The features that a setting asks for in vain, with what to write instead. */
export function notYet({ values }: RunParams, place: readonly string[]): Problem[] {
  return missing
    .filter((param) => values[param] === true)
    .map((param) => ({
      kind: "not-yet",
      place: [...place, param],
      what: `${param} is true: this version does not have alignment yet.`,
      hint: `Write ${param}: false.`,
    }));
}
