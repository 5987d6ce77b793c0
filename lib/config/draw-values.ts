import { RandomStream } from "#lib/random/random-stream.js";
import { definitionJson } from "./definition-json.js";
import type { Distribution } from "./distribution.js";

/** Tells these random numbers from those for other purposes. */
const SWEEP = 0x7377_6565;

/**
 * Values of `count` draws, by parameter; draws that come out equal are one. A value depends on nothing but the seed, the
 * name of its parameter and the number of its draw: more draws, or another parameter beside it, leave it as it is.
 */
export function drawValues(
  count: number,
  distributions: Readonly<Record<string, Distribution<unknown>>>,
  seed: number,
): Record<string, unknown>[] {
  const draws = new Map<string, Record<string, unknown>>();
  for (let draw = 0; draw < count; draw++) {
    const at = (name: string) => new RandomStream(seed, SWEEP, hashOf(name), draw).uniform();
    const values = Object.fromEntries(Object.entries(distributions).map(([name, value]) => [name, value(at(name))]));
    const key = definitionJson(values);
    if (!draws.has(key)) draws.set(key, values);
  }
  return [...draws.values()];
}

/** FNV-1a of 32 bits over the characters' codes. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
