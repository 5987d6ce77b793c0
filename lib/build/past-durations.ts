/** How long a target will take, from how long it, or others like it, took. */
import type { ActionRecord } from "./action-record.js";
import type { BuildContext } from "./build-context.js";
import { type Built, RecentlyBuilt } from "./recently-built.js";
import type { Target } from "./target.js";

export interface Duration {
  /** With one thread; with more it is taken to be shorter in proportion. */
  readonly threadSeconds: number;
  /** Whose past it is from: its own, of others of its family, or of others that end in the same `:<rule>`. */
  readonly from: "itself" | "family" | "rule";
}

/** So many of a family or rule are enough for a median. */
const MOST = 20;

/** How much work a rule has with parameters, in a unit of the rule's own. */
export type WorkOf = (rule: string, params: ActionRecord["params"]) => number;

export class PastDurations {
  readonly #context: BuildContext;
  readonly #workOf: WorkOf;
  readonly #families: RecentlyBuilt;
  readonly #rules: RecentlyBuilt;
  readonly #typical = new Map<readonly Built[], number | undefined>();

  constructor(context: BuildContext, workOf: WorkOf) {
    this.#context = context;
    this.#workOf = workOf;
    this.#families = new RecentlyBuilt(context, context.family ?? ((label) => label), MOST);
    this.#rules = new RecentlyBuilt(context, (label) => label.slice(label.lastIndexOf(":")), MOST);
  }

  /** Undefined when nothing like it was ever built here. */
  of(target: Target): Duration | undefined {
    const { state, records } = this.#context;
    const work = this.#workOf(target.rule, target.params);
    const built = state.target(target.label)?.built;
    const own = built && records.get(built.key);
    if (own) return { threadSeconds: this.#secondsPerWork(own) * work, from: "itself" };
    for (const [from, others] of [
      ["family", this.#families],
      ["rule", this.#rules],
    ] as const) {
      const typical = this.#typicalOf(others.like(target.label));
      if (typical !== undefined) return { threadSeconds: typical * work, from };
    }
    return undefined;
  }

  /** The median, per unit of work. */
  #typicalOf(group: readonly Built[]): number | undefined {
    if (!this.#typical.has(group)) {
      const known = group.flatMap(({ record }) => (record ? [this.#secondsPerWork(record)] : []));
      this.#typical.set(group, known.sort((a, b) => a - b)[known.length >> 1]);
    }
    return this.#typical.get(group);
  }

  #secondsPerWork({ rule, params, provenance }: ActionRecord): number {
    return (provenance.seconds * provenance.threads) / this.#workOf(rule, params);
  }
}
