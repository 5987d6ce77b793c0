/** The one target that a pattern means. */
import { type Graph, select } from "#lib/build/index.js";
import type { Failure } from "#lib/failure.js";
import { err, ok, type Result } from "#lib/result.js";

export function selectOne(graph: Graph, pattern: string): Result<string, readonly Failure[]> {
  const labels = select(graph, [pattern]);
  if (!labels.ok) return labels;
  const [first, ...others] = labels.value;
  if (others.length === 0) return ok(first!);
  const some = labels.value.slice(0, 10).map((label) => `\n    ${label}`);
  const more = labels.value.length > 10 ? `\n    and ${labels.value.length - 10} more` : "";
  return err([
    {
      kind: "usage",
      what: `"${pattern}" matches ${labels.value.length} targets, and this command takes one.`,
      hint: `Say which:${some.join("")}${more}`,
    },
  ]);
}
