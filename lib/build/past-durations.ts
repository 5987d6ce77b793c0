/** How long a target will take, from how long it, or others like it, took. */
import type { ActionRecord } from "./action-record.js";
import type { BuildContext } from "./build-context.js";
import { type Built, RecentlyBuilt } from "./recently-built.js";
import type { Json, Target } from "./target.js";

export interface Duration {
  /** With one thread; with more it is taken to be shorter in proportion. */
  readonly threadSeconds: number;
  /** Whose past it is from: its own, of others of its family, or of others that end in the same `:<rule>`. */
  readonly from: "itself" | "family" | "rule";
}

/** So many of a family or rule are enough for a median. */
const MOST = 20;

/** Of a run, what does not grow with its work: a process that starts, and what it loads. */
const START_SECONDS = 0.5;

/** What a target does, or did. */
export interface Work {
  readonly rule: string;
  readonly params: Json;
  /** What its inputs come from, as far as that is known. */
  readonly inputs: () => readonly Work[];
}

/** How much that is, in a unit of the rule's own. */
export type WorkOf = (work: Work) => number;

export class PastDurations {
  readonly #context: BuildContext;
  readonly #workOf: WorkOf;
  readonly #families: RecentlyBuilt;
  readonly #rules: RecentlyBuilt;
  readonly #past = new Map<readonly Built[], readonly PastRun[]>();

  constructor(context: BuildContext, workOf: WorkOf) {
    this.#context = context;
    this.#workOf = workOf;
    this.#families = new RecentlyBuilt(context, context.family ?? ((label) => label), MOST);
    this.#rules = new RecentlyBuilt(context, (label) => label.slice(label.lastIndexOf(":")), MOST);
  }

  /** Undefined when nothing like it was ever built here. */
  of(target: Target): Duration | undefined {
    const { state, records } = this.#context;
    const work = this.#workOf(this.#planned(target));
    const built = state.target(target.label)?.built;
    const own = built && records.get(built.key);
    if (own) return { threadSeconds: secondsWith(work, this.#pastRun(own)), from: "itself" };
    for (const [from, others] of [
      ["family", this.#families],
      ["rule", this.#rules],
    ] as const) {
      const past = this.#pastOf(others.like(target.label)).map((run) => secondsWith(work, run));
      const median = past.sort((a, b) => a - b)[past.length >> 1];
      if (median !== undefined) return { threadSeconds: median, from };
    }
    return undefined;
  }

  #pastOf(group: readonly Built[]): readonly PastRun[] {
    const known = this.#past.get(group) ?? group.flatMap(({ record }) => (record ? [this.#pastRun(record)] : []));
    this.#past.set(group, known);
    return known;
  }

  #pastRun(record: ActionRecord): PastRun {
    const { seconds, threads } = record.provenance;
    return { threadSeconds: seconds * threads, work: this.#workOf(this.#done(record)) };
  }

  #planned({ rule, params, inputs }: Target): Work {
    const { byLabel } = this.#context.graph;
    const labels = new Set(inputs.flatMap((input) => ("target" in input ? [input.target] : [])));
    return {
      rule,
      params,
      inputs: () => [...labels].flatMap((label) => this.#planned(byLabel.get(label)!.target)),
    };
  }

  /** Its inputs as they were built last: a label of other parameters is another one. */
  #done({ rule, params, inputs }: ActionRecord): Work {
    const { state, records } = this.#context;
    const labels = new Set(inputs.map(({ from }) => from));
    const recordOf = (label: string) => {
      const built = state.target(label)?.built;
      return built && records.get(built.key);
    };
    return {
      rule,
      params,
      inputs: () => [...labels].flatMap((label) => recordOf(label) ?? []).map((record) => this.#done(record)),
    };
  }
}

interface PastRun {
  readonly threadSeconds: number;
  readonly work: number;
}

function secondsWith(work: number, past: PastRun): number {
  const start = Math.min(START_SECONDS, past.threadSeconds);
  return start + ((past.threadSeconds - start) * work) / past.work;
}
