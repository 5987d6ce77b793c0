/** Something that an audit found not to hold. */
export interface Finding {
  readonly kind: FindingKind;
  /** A sentence. */
  readonly what: string;
  /** A file, relative to the folder of the lfadsfile where it lies inside. */
  readonly where?: string;
  /** What the record says, and what is there now: a digest or a value. */
  readonly recorded?: string;
  readonly now?: string;
}

export type FindingKind =
  // How the results came about: what was made from them is in doubt too.
  | "record-missing"
  | "record-unreadable"
  | "record-altered"
  | "rule"
  | "param"
  | "input"
  | "input-unrecorded"
  // What is on disk.
  | "output"
  | "stored-copy"
  | "link";

const ofPlaces = new Set<FindingKind>(["output", "stored-copy", "link"]);

/** Whether results made from the target's are in doubt as well. */
export function reachesDependents(finding: Finding): boolean {
  return !ofPlaces.has(finding.kind);
}
