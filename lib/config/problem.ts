import type { Failure } from "#lib/failure.js";

/** Something wrong in a lfadsfile. `place` leads to it from the outside in: `collections[0] "demo"`, `params[2]`, … */
export interface Problem {
  readonly place: readonly string[];
  readonly what: string;
  readonly hint?: string;
}

/**
 * Problems as failures. What a sweep or a shared setting repeats is one failure, at its first place.
 * @param file The lfadsfile as messages name it.
 */
export function problemFailures(file: string, problems: readonly Problem[]): Failure[] {
  const groups = new Map<string, { first: Problem; count: number }>();
  for (const problem of problems) {
    const key = JSON.stringify([problem.what, problem.hint, problem.place.at(-1)?.replace(/\d+/, "")]);
    const group = groups.get(key);
    if (group) group.count++;
    else groups.set(key, { first: problem, count: 1 });
  }
  return [...groups.values()].map(({ first, count }) => ({
    kind: "config",
    what: first.what,
    where: [file, ...first.place].join(" › ") + more(count - 1),
    ...(first.hint === undefined ? {} : { hint: first.hint }),
  }));
}

function more(count: number): string {
  return count === 0 ? "" : ` (and ${count} more ${count === 1 ? "place" : "places"})`;
}
