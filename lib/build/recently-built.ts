/** Targets that were built here, by what they have in common; those built last come first. */
import type { ActionRecord } from "./action-record.js";
import type { BuildContext } from "./build-context.js";

export interface Built {
  readonly label: string;
  readonly seconds: number;
  /** Of its last build; undefined when it is gone. */
  readonly record: ActionRecord | undefined;
}

/** Reads a record when it is first asked for, and once. */
export class RecentlyBuilt {
  readonly #context: BuildContext;
  readonly #groupOf: (label: string) => string;
  readonly #most: number;
  #groups: ReadonlyMap<string, readonly Built[]> | undefined;

  /** Labels for which `groupOf` gives the same belong together; of a group so many are kept. */
  constructor(context: BuildContext, groupOf: (label: string) => string, most: number) {
    this.#context = context;
    this.#groupOf = groupOf;
    this.#most = most;
  }

  /** Of the group that the label belongs to. */
  like(label: string): readonly Built[] {
    this.#groups ??= this.#read();
    return this.#groups.get(this.#groupOf(label)) ?? [];
  }

  #read(): ReadonlyMap<string, readonly Built[]> {
    const groups = new Map<string, { built: Built; endedAtMs: number }[]>();
    const { state, records } = this.#context;
    for (const [label, { built }] of state.targets()) {
      if (!built || built.how === "imported") continue;
      const name = this.#groupOf(label);
      const group = groups.get(name) ?? [];
      const { key, seconds, endedAtMs } = built;
      group.push({ built: new LazyBuilt(label, seconds, () => records.get(key)), endedAtMs });
      groups.set(name, group);
    }
    const recent = new Map<string, readonly Built[]>();
    for (const [name, group] of groups) {
      group.sort((a, b) => b.endedAtMs - a.endedAtMs || (a.built.label < b.built.label ? -1 : 1));
      recent.set(
        name,
        group.slice(0, this.#most).map(({ built }) => built),
      );
    }
    return recent;
  }
}

class LazyBuilt implements Built {
  readonly label: string;
  readonly seconds: number;
  readonly #read: () => ActionRecord | undefined;
  #record: { readonly value: ActionRecord | undefined } | undefined;

  constructor(label: string, seconds: number, read: () => ActionRecord | undefined) {
    this.label = label;
    this.seconds = seconds;
    this.#read = read;
  }

  get record(): ActionRecord | undefined {
    this.#record ??= { value: this.#read() };
    return this.#record.value;
  }
}
