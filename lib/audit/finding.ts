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

/** How results came about: what was made from them is in doubt too. */
const ofMaking = [
  "record-missing",
  "record-unreadable",
  "record-altered",
  "rule",
  "param",
  "input",
  "input-unrecorded",
] as const;
/** What is on disk. */
const ofFiles = ["output", "stored-copy", "link"] as const;

export const findingKinds = [...ofMaking, ...ofFiles];
export type FindingKind = (typeof findingKinds)[number];

/** Whether results made from the target's are in doubt as well. */
export function reachesDependents({ kind }: Finding): boolean {
  return (ofMaking as readonly string[]).includes(kind);
}
