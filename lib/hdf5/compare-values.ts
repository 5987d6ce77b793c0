/** How far apart the values of two datasets of one shape are, taken in block by block. */
import { indexAt } from "./row-major-blocks.js";

export interface ValueDifference {
  readonly total: number;
  /** Values that are not equal. NaN is equal to NaN, and 0 to -0. */
  readonly different: number;
  /** Of those, numbers of which one is NaN or infinite; they have no part in the largest differences. */
  readonly notFinite: number;
  readonly sameBits: boolean;
  /** |left − right|; null where no two finite numbers differ. */
  readonly largestAbsolute: LargestDifference | null;
  /** |left − right| / max(|left|, |right|), from 0 to 2; null as above. */
  readonly largestRelative: LargestDifference | null;
}

export interface LargestDifference {
  readonly difference: number;
  /** Index along each axis, from 0. */
  readonly at: readonly number[];
  readonly left: number;
  readonly right: number;
}

interface Found {
  difference: number;
  position: number;
  left: number;
  right: number;
}

export class ValueComparison {
  readonly #shape: readonly number[];
  readonly #absolute: Found = { difference: 0, position: 0, left: 0, right: 0 };
  readonly #relative: Found = { difference: 0, position: 0, left: 0, right: 0 };
  #total = 0;
  #different = 0;
  #notFinite = 0;
  #sameBits = true;

  constructor(shape: readonly number[]) {
    this.#shape = shape;
  }

  /** The next values of both, row-major. */
  add(left: ArrayLike<unknown>, right: ArrayLike<unknown>): void {
    const start = this.#total;
    this.#total += left.length;
    if (haveSameBits(left, right)) return;
    this.#sameBits = false;
    for (let i = 0; i < left.length; i++) this.#compare(left[i], right[i], start + i);
  }

  result(): ValueDifference {
    const largest = ({ position, ...found }: Found): LargestDifference | null =>
      found.difference === 0 ? null : { ...found, at: indexAt(position, this.#shape) };
    return {
      total: this.#total,
      different: this.#different,
      notFinite: this.#notFinite,
      sameBits: this.#sameBits,
      largestAbsolute: largest(this.#absolute),
      largestRelative: largest(this.#relative),
    };
  }

  #compare(left: unknown, right: unknown, position: number): void {
    if (!isNumber(left) || !isNumber(right)) {
      if (textOf(left) !== textOf(right)) this.#different++;
      return;
    }
    // Two BigInts are subtracted as such: as float64, neighbours beyond 2^53 are equal.
    const exact = typeof left === "bigint" && typeof right === "bigint" ? Math.abs(Number(left - right)) : undefined;
    const [a, b] = [Number(left), Number(right)];
    if (exact === 0 || (exact === undefined && (a === b || (Number.isNaN(a) && Number.isNaN(b))))) return;
    this.#different++;
    if (!Number.isFinite(a) || !Number.isFinite(b)) {
      this.#notFinite++;
      return;
    }
    const difference = exact ?? Math.abs(a - b);
    raise(this.#absolute, difference, position, a, b);
    raise(this.#relative, difference / Math.max(Math.abs(a), Math.abs(b)), position, a, b);
  }
}

function raise(found: Found, difference: number, position: number, left: number, right: number): void {
  if (difference > found.difference) Object.assign(found, { difference, position, left, right });
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function haveSameBits(left: ArrayLike<unknown>, right: ArrayLike<unknown>): boolean {
  if (ArrayBuffer.isView(left) && ArrayBuffer.isView(right)) {
    return left.constructor === right.constructor && bytesOf(left).equals(bytesOf(right));
  }
  return Array.from(left).every((value, i) => Object.is(value, right[i]) || textOf(value) === textOf(right[i]));
}

function bytesOf(view: ArrayBufferView): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}

/** A value of any type as text that is equal for equal values. */
export function textOf(value: unknown): string {
  const replace = (_: string, part: unknown) => {
    if (typeof part === "bigint") return `${part}n`;
    if (typeof part === "number" && !Number.isFinite(part)) return String(part);
    return Object.is(part, -0) ? "-0" : part;
  };
  return JSON.stringify(value, replace) ?? "undefined";
}
