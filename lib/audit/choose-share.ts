/** The targets that a share of them means: the same on every machine, for keys fall where they fall. */
export function chooseShare<T>(percent: number, items: readonly T[], keyOf: (item: T) => string): T[] {
  const byKey = [...items].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return byKey.slice(0, Math.ceil((items.length * percent) / 100));
}
