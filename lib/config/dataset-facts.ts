import { closestNames } from "#lib/closest-names.js";
import type { DatasetInfo } from "#lib/sources/dataset-info.js";

/** What is known of a session beside its trials; `subject` and `date` of NWB files are read from them. */
export interface DatasetMetadata {
  readonly subject?: string;
  /** As `2026-01-31`. */
  readonly date?: string;
  /** Numbers of the recording system's saves that belong to the session. */
  readonly saveTags?: readonly number[];
  /** Whatever else tells datasets apart. */
  readonly [own: string]: unknown;
}

/** A dataset as a filter sees it. Sizes are known after its recording was read: the build does that first. */
export interface DatasetFacts extends DatasetMetadata {
  readonly name: string;
  readonly nTrials: number;
  readonly nChannels: number;
  /** Of the recording, `binMs` wide each. */
  readonly nBins: number;
  readonly binMs: number;
  readonly nConditions: number;
  readonly nExternalInputs: number;
  readonly hasTruth: boolean;
}

/** Found in the recording. */
const read = ["nTrials", "nChannels", "nBins", "binMs", "nConditions", "nExternalInputs", "hasTruth"] as const;
const told = ["subject", "date", "saveTags"] as const;

/** What a filter asks for is not known yet. */
export class Unread extends Error {}

/** What a filter asks for is not there. */
export class NoSuchFact extends Error {}

/**
 * @param infoOf What its recording holds, where that is known; called when something is asked for that is found there.
 * @param own Names of metadata that any dataset of the set has.
 */
export function datasetFacts(
  name: string,
  metadata: DatasetMetadata,
  infoOf: () => DatasetInfo | undefined,
  own: readonly string[],
): DatasetFacts {
  const asked = (fact: string): unknown => {
    if (fact === "name") return name;
    if (fact in metadata) return metadata[fact];
    const isFound = (read as readonly string[]).includes(fact) || fact === "subject" || fact === "date";
    if (isFound) {
      const info = infoOf();
      if (!info) throw new Unread();
      return info[fact as keyof DatasetInfo];
    }
    if (own.includes(fact) || fact === "saveTags") return undefined;
    const known = ["name", ...read, ...told, ...own];
    const [closest] = closestNames(fact, known, 3);
    throw new NoSuchFact(
      `A dataset has no ${fact}${closest === undefined ? `; it has ${known.join(", ")}` : `: did you mean ${closest}?`}`,
    );
  };
  return new Proxy({} as DatasetFacts, {
    get: (target, fact) => (typeof fact === "symbol" ? Reflect.get(target, fact) : asked(fact)),
  });
}
