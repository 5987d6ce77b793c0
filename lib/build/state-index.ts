import { type LineKind, parseLine, type StateLine } from "./state-line.js";

/** The text of an index: sorted lines, found by bisection and parsed when they are asked for. */
export class StateIndex {
  static readonly empty = new StateIndex("", 0);

  readonly #text: string;
  readonly #trustedBefore: number;

  constructor(text: string, trustedBefore: number) {
    this.#text = text;
    this.#trustedBefore = trustedBefore;
  }

  /** @param key As `lineKey` gives it. */
  find(key: string): StateLine | undefined {
    const start = this.#firstFrom(key);
    return this.#text.startsWith(key, start) ? this.#parse(start) : undefined;
  }

  *lines(kind: LineKind): Generator<StateLine> {
    const start = kind[0]!;
    for (let at = this.#firstFrom(start); this.#text.startsWith(start, at); at = this.#lineEnd(at) + 1) {
      const line = this.#parse(at);
      if (line) yield line;
    }
  }

  /** Where the first line begins that does not come before the key. */
  #firstFrom(key: string): number {
    // Both are starts of lines, or the end: those before `low` come before the key, those from `high` on do not.
    let [low, high] = [0, this.#text.length];
    while (low < high) {
      const start = this.#lineStart(Math.floor((low + high) / 2));
      if (this.#text.slice(start, start + key.length) < key)
        low = Math.min(this.#lineEnd(start) + 1, this.#text.length);
      else high = start;
    }
    return low;
  }

  #lineStart(at: number): number {
    return at === 0 ? 0 : this.#text.lastIndexOf("\n", at - 1) + 1;
  }

  #lineEnd(start: number): number {
    const end = this.#text.indexOf("\n", start);
    return end < 0 ? this.#text.length : end;
  }

  #parse(start: number): StateLine | undefined {
    return parseLine(this.#text.slice(start, this.#lineEnd(start)), this.#trustedBefore);
  }
}

/** What the line of a name begins with. */
export function lineKey(kind: LineKind, name: string): string {
  return `${kind[0]}${JSON.stringify(name)}\t`;
}
