import { type LineKind, parseLine, type StateLine } from "./state-line.js";

const LINE_END = 10;
const TAB = 9;

/** The bytes of an index: lines sorted by code units, found by bisection and parsed when they are asked for. */
export class StateIndex {
  static readonly empty = new StateIndex(Buffer.alloc(0), 0);

  readonly #bytes: Buffer;
  readonly #trustedBefore: number;

  constructor(bytes: Buffer, trustedBefore: number) {
    this.#bytes = bytes;
    this.#trustedBefore = trustedBefore;
  }

  /** @param key As `lineKey` gives it. */
  find(key: string): StateLine | undefined {
    const start = this.#firstFrom(key);
    return this.#keyAt(start) === key ? this.#parse(start) : undefined;
  }

  *lines(kind: LineKind): Generator<StateLine> {
    const initial = kind.charCodeAt(0);
    for (let at = this.#firstFrom(kind[0]!); this.#bytes[at] === initial; at = this.#lineEnd(at) + 1) {
      const line = this.#parse(at);
      if (line) yield line;
    }
  }

  /** Where the first line begins that does not come before the key. */
  #firstFrom(key: string): number {
    // Both are starts of lines, or the end: those before `low` come before the key, those from `high` on do not.
    let [low, high] = [0, this.#bytes.length];
    while (low < high) {
      const start = this.#lineStart(Math.floor((low + high) / 2));
      if (this.#keyAt(start) < key) low = Math.min(this.#lineEnd(start) + 1, this.#bytes.length);
      else high = start;
    }
    return low;
  }

  #keyAt(start: number): string {
    return this.#bytes.toString("utf8", start, this.#bytes.indexOf(TAB, start) + 1);
  }

  #lineStart(at: number): number {
    return at === 0 ? 0 : this.#bytes.lastIndexOf(LINE_END, at - 1) + 1;
  }

  #lineEnd(start: number): number {
    const end = this.#bytes.indexOf(LINE_END, start);
    return end < 0 ? this.#bytes.length : end;
  }

  #parse(start: number): StateLine | undefined {
    return parseLine(this.#bytes.toString("utf8", start, this.#lineEnd(start)), this.#trustedBefore);
  }
}

/** What the line of a name begins with. */
export function lineKey(kind: LineKind, name: string): string {
  return `${kind[0]}${JSON.stringify(name)}\t`;
}
