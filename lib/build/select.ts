/** Which targets a person means by the labels, prefixes and globs of a command line. */
import type { Failure } from "#lib/failure.js";
import { err, ok, type Result } from "#lib/result.js";
import { closestName } from "./closest-name.js";
import type { Graph } from "./graph.js";
import type { Target } from "./target.js";

/**
 * A pattern is `path`, `path:rule` or `:rule`. The path matches whole leading segments of a label
 * (`exampleSingleSession`, `exampleSingleSession/param_abc`); `*` and `?` match inside a segment.
 * No patterns select everything. The labels come in the graph's order, without their inputs.
 * A pattern that matches nothing is a failure that names the closest label.
 *
 * Targets that are made on demand are meant by a pattern with a rule only; without one they are taken where `isTaken` says so.
 */
export function select(
  graph: Graph,
  patterns: readonly string[],
  isTaken: (label: string) => boolean = () => false,
): Result<readonly string[], Failure[]> {
  const isMeant = ({ label, onDemand }: Target) => !onDemand || isTaken(label);
  if (patterns.length === 0) {
    return ok(graph.nodes.flatMap(({ target }) => (isMeant(target) ? [target.label] : [])));
  }
  const failures: Failure[] = [];
  const selected = new Set<string>();
  for (const pattern of patterns) {
    const matches = matcher(pattern);
    const namesRule = splitLabel(pattern)[1] !== undefined;
    let found = false;
    for (const { target } of graph.nodes) {
      if (!matches(target.label) || !(namesRule || isMeant(target))) continue;
      selected.add(target.label);
      found = true;
    }
    if (!found) failures.push(noMatch(graph, pattern));
  }
  if (failures.length > 0) return err(failures);
  return ok(graph.nodes.map((node) => node.target.label).filter((label) => selected.has(label)));
}

function matcher(pattern: string): (label: string) => boolean {
  const [path, rule] = splitLabel(pattern.endsWith("/") ? pattern.slice(0, -1) : pattern);
  const segments = path === "" ? [] : path.split("/").map(globToRegExp);
  const ruleGlob = rule === undefined ? undefined : globToRegExp(rule);
  return (label) => {
    const [labelPath, labelRule] = splitLabel(label);
    if (ruleGlob && (labelRule === undefined || !ruleGlob.test(labelRule))) return false;
    const labelSegments = labelPath.split("/");
    return segments.length <= labelSegments.length && segments.every((glob, i) => glob.test(labelSegments[i]!));
  };
}

function splitLabel(label: string): [path: string, rule: string | undefined] {
  const colon = label.lastIndexOf(":");
  return colon < 0 ? [label, undefined] : [label.slice(0, colon), label.slice(colon + 1)];
}

function globToRegExp(glob: string): RegExp {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "u");
}

function noMatch(graph: Graph, pattern: string): Failure {
  const names = new Set<string>();
  for (const { target } of graph.nodes) {
    const [path, rule] = splitLabel(target.label);
    names.add(target.label);
    if (rule !== undefined) names.add(`:${rule}`);
    const segments = path.split("/");
    for (let i = 1; i <= segments.length; i++) names.add(segments.slice(0, i).join("/"));
  }
  const near = closestName(pattern, names);
  return {
    kind: "usage",
    what: `No target matches "${pattern}".`,
    hint: near ? `Did you mean "${near}"?` : "lfads status lists the targets.",
  };
}
