import type { Problem } from "./problem.js";
import { safeNameProblem } from "./safe-name.js";

/** Names of one kind, each with its place: problems of those that are no safe file names or come twice. */
export function checkNames(
  kind: string,
  named: readonly { readonly name: string; readonly place: readonly string[]; readonly hint?: string }[],
): Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const { name, place, hint } of named) {
    const bad = safeNameProblem(name);
    if (bad) {
      const what = `${JSON.stringify(name)} cannot be the name of a ${kind}, because folders and files are named after it: ${bad}.`;
      problems.push({ place, what, ...(hint === undefined ? {} : { hint }) });
    }
    if (seen.has(name)) problems.push({ place, what: `Two ${kind}s are named ${JSON.stringify(name)}.` });
    seen.add(name);
  }
  return problems;
}
