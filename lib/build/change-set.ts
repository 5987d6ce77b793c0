import type { Change } from "./cause.js";
import type { StaleReason } from "./stale-reason.js";

/** Changes by what they are: one that reaches a target in two ways, or happened to many, is one. */
export class ChangeSet {
  readonly #changes = new Map<string, { reasons: Map<string, StaleReason>; at: Set<string> }>();

  /** Equal for equal changes, wherever they happened. */
  get id(): string {
    return [...this.#changes.keys()].sort().join("\n");
  }

  get size(): number {
    return this.#changes.size;
  }

  has(reason: StaleReason): boolean {
    return this.#changes.has(idOf(reason));
  }

  add(reason: StaleReason, at: Iterable<string>): void {
    const id = idOf(reason);
    const change = this.#changes.get(id) ?? { reasons: new Map(), at: new Set() };
    change.reasons.set(JSON.stringify(reason), reason);
    for (const label of at) change.at.add(label);
    this.#changes.set(id, change);
  }

  addAll(other: ChangeSet, only: (reason: StaleReason) => boolean = () => true): void {
    for (const { reasons, at } of other.#changes.values())
      for (const reason of reasons.values()) if (only(reason)) this.add(reason, at);
  }

  list(): Change[] {
    return [...this.#changes.values()].map(({ reasons, at }) => ({ reasons: [...reasons.values()], at: [...at] }));
  }
}

/** All outputs and links that are missing are one change, so that a deleted folder is told once. */
function idOf(reason: StaleReason): string {
  switch (reason.kind) {
    case "param":
      return `param ${reason.path} ${JSON.stringify([reason.old, reason.new])}`;
    case "rule":
      return `rule ${reason.old} ${reason.new}`;
    case "input":
      return `input ${reason.from} ${reason.file} ${reason.oldDigest} ${reason.newDigest}`;
    case "blocked":
      return `blocked ${reason.failure.what} ${reason.failure.where}`;
    case "output-missing":
    case "link":
      return "missing";
    default:
      return reason.kind;
  }
}
