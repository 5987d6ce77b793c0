/** How files came to be what they were, from all records that are kept. */
import type { ActionRecord } from "./action-record.js";
import { explainKeyChange } from "./explain.js";
import type { RecordStore } from "./record-store.js";
import type { StaleReason } from "./stale-reason.js";

type InputChange = Extract<StaleReason, { kind: "input" }>;

export interface PastChange {
  readonly reason: StaleReason;
  /** Label of the target that it happened to. */
  readonly at: string;
}

export class RecordHistory {
  readonly #records: RecordStore;
  #makers: ReadonlyMap<string, ActionRecord> | undefined;

  constructor(records: RecordStore) {
    this.#records = records;
  }

  /** What changed first so that an input of `label` is no longer what it was; the input itself where that is not known. */
  trace(input: InputChange, label: string): PastChange[] {
    const { oldDigest, newDigest, from } = input;
    const [before, now] = [oldDigest, newDigest].map((digest) => digest && this.#maker(input.file, digest));
    if (!before || !now || before.key === now.key) return [{ reason: input, at: label }];
    return explainKeyChange(before, now).flatMap((reason) =>
      reason.kind === "input" ? this.trace(reason, from) : [{ reason, at: from }],
    );
  }

  /** The last that made this content under this name. */
  #maker(file: string, digest: string): ActionRecord | undefined {
    this.#makers ??= makersOf(this.#records);
    return this.#makers.get(`${digest} ${file}`);
  }
}

function makersOf(records: RecordStore): Map<string, ActionRecord> {
  const makers = new Map<string, ActionRecord>();
  for (const record of records.all()) {
    for (const { path, digest } of record.outputs) {
      const other = makers.get(`${digest} ${path}`);
      if (!other || other.provenance.startedAt < record.provenance.startedAt) makers.set(`${digest} ${path}`, record);
    }
  }
  return makers;
}
