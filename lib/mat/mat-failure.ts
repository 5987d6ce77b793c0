import { FailureError } from "#lib/failure.js";

/** A file whose bytes make no sense; `why` is for --verbose. */
export function damaged(where: string, why: string): FailureError {
  return new FailureError({
    kind: "data",
    what: "The MAT file is damaged, or cut short.",
    where,
    hint: "Copy the file again, or save it again in MATLAB.",
    detail: why,
  });
}

export function unusable(where: string, what: string, hint?: string): FailureError {
  return new FailureError({ kind: "data", what, where, ...(hint === undefined ? {} : { hint }) });
}
