/** What of the store nobody needs, and which part of that goes. */
import type { ActionRecord } from "./action-record.js";
import type { StoredContent } from "./content-store.js";
import type { StoredRecord } from "./record-store.js";

export interface GarbageLimits {
  /** What was last used before this goes. */
  readonly usedBeforeMs?: number | undefined;
  /** As much goes as the store exceeds this by, least recently used first. Without any limit everything goes. */
  readonly maxBytes?: number | undefined;
  /** When something has to go for the size, so much more goes. */
  readonly spareBytes?: number | undefined;
  /** What was stored or used after this stays: a build may be about to name it. */
  readonly youngAfterMs: number;
}

/** Results of one run, export or dataset go together: what stands before the colon of their labels. */
export interface GarbageGroup {
  readonly place: string;
  readonly records: readonly StoredRecord[];
  /** Of the one that was used last. */
  readonly usedMs: number;
  /** What goes with it, given that the groups before it are gone. */
  readonly bytes: number;
}

export interface Garbage {
  /** The least recently used first. */
  readonly groups: readonly GarbageGroup[];
  /** Digests of what goes: the groups' own content, and what no record names. */
  readonly contents: readonly string[];
  readonly bytes: number;
  /** Of the whole store before. */
  readonly storeBytes: number;
  /** Of what is needed, or too young to tell. */
  readonly neededBytes: number;
}

export function findGarbage(
  records: readonly StoredRecord[],
  contents: Iterable<StoredContent>,
  isNeeded: (record: ActionRecord) => boolean,
  { usedBeforeMs, maxBytes, spareBytes = 0, youngAfterMs }: GarbageLimits,
): Garbage {
  const stored = new Map<string, StoredContent>();
  for (const content of contents) stored.set(content.digest, content);
  const storeBytes = sizeOf(stored.values());
  const stays = ({ record, usedMs }: StoredRecord) =>
    (record !== undefined && isNeeded(record)) || usedMs >= youngAfterMs;
  const names = countNames(records);
  const needed = countNames(records.filter(stays));
  const neededBytes = sizeOf([...stored.values()].filter((c) => needed.has(c.digest) || c.storedMs >= youngAfterMs));

  const gone = [...stored.values()].filter((c) => !names.has(c.digest) && c.storedMs < youngAfterMs);
  let bytes = sizeOf(gone);
  const goal = maxBytes === undefined || storeBytes - bytes <= maxBytes ? storeBytes : maxBytes - spareBytes;
  const isOver = () => storeBytes - bytes > goal;
  const isOld = (usedMs: number) => usedBeforeMs !== undefined && usedMs < usedBeforeMs;
  const withoutLimit = usedBeforeMs === undefined && maxBytes === undefined;
  const groups: GarbageGroup[] = [];
  for (const group of groupByPlace(records.filter((each) => !stays(each)))) {
    if (!withoutLimit && !isOld(group.usedMs) && !isOver()) continue;
    const freed: StoredContent[] = [];
    for (const digest of group.records.flatMap(digestsOf)) {
      const left = names.get(digest)! - 1;
      names.set(digest, left);
      const content = stored.get(digest);
      if (left === 0 && content && content.storedMs < youngAfterMs) freed.push(content);
    }
    gone.push(...freed);
    bytes += sizeOf(freed);
    groups.push({ ...group, bytes: sizeOf(freed) });
  }
  return { groups, contents: gone.map(({ digest }) => digest), bytes, storeBytes, neededBytes };
}

/** How many of the records name each content. */
function countNames(records: readonly StoredRecord[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const digest of records.flatMap(digestsOf)) counts.set(digest, (counts.get(digest) ?? 0) + 1);
  return counts;
}

function digestsOf({ record }: StoredRecord): string[] {
  return [...new Set(record?.outputs.map(({ digest }) => digest))];
}

/** The least recently used first. */
function groupByPlace(records: readonly StoredRecord[]): Omit<GarbageGroup, "bytes">[] {
  const byPlace = new Map<string, StoredRecord[]>();
  for (const each of records) {
    const label = each.record?.provenance.label ?? UNREADABLE;
    const place = label.slice(0, label.lastIndexOf(":"));
    const others = byPlace.get(place);
    if (others) others.push(each);
    else byPlace.set(place, [each]);
  }
  return [...byPlace]
    .map(([place, own]) => ({ place, records: own, usedMs: Math.max(...own.map(({ usedMs }) => usedMs)) }))
    .sort((a, b) => a.usedMs - b.usedMs || (a.place < b.place ? -1 : 1));
}

const UNREADABLE = "(records that cannot be read):";

function sizeOf(contents: Iterable<StoredContent>): number {
  let bytes = 0;
  for (const { size } of contents) bytes += size;
  return bytes;
}
