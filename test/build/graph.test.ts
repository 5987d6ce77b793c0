import { describe, expect, test } from "vitest";
import { createGraph, select, type Target, withInputs } from "#lib/build/index.js";

function target(label: string, inputs: string[] = [], more: Partial<Target> = {}): Target {
  return {
    label,
    rule: "join",
    params: {},
    inputs: inputs.map((from) => ({ name: from, target: from })),
    outDir: `/runs/${label}`,
    ...more,
  };
}

function graphOf(...targets: Target[]) {
  const graph = createGraph(targets);
  if (!graph.ok) throw new Error(JSON.stringify(graph.error));
  return graph.value;
}

describe("createGraph", () => {
  test("orders inputs first and then by label, whatever the order of the targets was", () => {
    const targets = [target("c", ["a"]), target("b", ["a"]), target("a"), target("d", ["c", "z"]), target("z")];
    const labels = graphOf(...targets).nodes.map((node) => node.target.label);
    expect(labels).toEqual(["a", "z", "b", "c", "d"]);
    expect(graphOf(...targets.toReversed()).nodes.map((node) => node.target.label)).toEqual(labels);
  });

  test("knows the longest chain that starts at each target", () => {
    const graph = graphOf(target("a"), target("b", ["a"]), target("c", ["b"]), target("d", ["a"]));
    expect(graph.nodes.map((node) => [node.target.label, node.chain])).toEqual([
      ["a", 3],
      ["b", 2],
      ["d", 1],
      ["c", 1],
    ]);
  });

  test("names every duplicate label, unknown input and link made twice at once", () => {
    const link = { links: [{ path: "/runs/link", to: "x" }] };
    const graph = createGraph([
      target("col/p/s:export", [], link),
      target("col/p/s:export"),
      target("col/p/s:train", ["col/p/s:exprot"], link),
    ]);
    expect(graph).toEqual({
      ok: false,
      error: [
        { kind: "config", what: 'Two targets have the label "col/p/s:export".', target: "col/p/s:export" },
        {
          kind: "config",
          what: 'The input "col/p/s:exprot" comes from "col/p/s:exprot", which is no target.',
          target: "col/p/s:train",
          hint: 'Did you mean "col/p/s:export"?',
        },
        {
          kind: "config",
          what: '"col/p/s:export" and "col/p/s:train" both make this link.',
          where: "/runs/link",
          target: "col/p/s:train",
        },
      ],
    });
  });

  test("spells a circle out", () => {
    const graph = createGraph([target("a", ["c"]), target("b", ["a"]), target("c", ["b"]), target("d", ["c"])]);
    expect(graph).toEqual({
      ok: false,
      error: [{ kind: "config", what: "Targets need each other in a circle: a needs c needs b needs a.", target: "a" }],
    });
  });
});

describe("select", () => {
  const graph = graphOf(
    target("single/param_a/s1:train", ["single/param_a/s1:export"]),
    target("single/param_a/s1:export"),
    target("single/param_b/s1:train"),
    target("single/param_b/s10:train"),
    target("singles/param_a/s1:train"),
  );
  const selected = (...patterns: string[]) => {
    const result = select(graph, patterns);
    if (!result.ok) throw new Error(JSON.stringify(result.error));
    return result.value.toSorted();
  };

  test("takes labels, whole leading segments, rules and globs inside a segment", () => {
    expect(selected("single/param_a/s1:export")).toEqual(["single/param_a/s1:export"]);
    expect(selected("single/param_a")).toEqual(["single/param_a/s1:export", "single/param_a/s1:train"]);
    expect(selected("single/param_b/s1")).toEqual(["single/param_b/s1:train"]);
    expect(selected(":export")).toEqual(["single/param_a/s1:export"]);
    expect(selected("single:train")).toHaveLength(3);
    expect(selected("*/param_a:train")).toEqual(["single/param_a/s1:train", "singles/param_a/s1:train"]);
    expect(selected("*/*/s1?")).toEqual(["single/param_b/s10:train"]);
    expect(selected()).toHaveLength(5);
  });

  test("a target on demand is meant by a pattern with its rule, else only where it is taken along", () => {
    const withPage = graphOf(target("a/x:train"), target("a:page", ["a/x:train"], { onDemand: true }));
    const meant = (patterns: string[], isTaken?: (label: string) => boolean) => select(withPage, patterns, isTaken);
    for (const patterns of [[], ["a"], ["*"]]) {
      expect(meant(patterns)).toEqual({ ok: true, value: ["a/x:train"] });
      expect(meant(patterns, (label) => label === "a:page")).toEqual({ ok: true, value: ["a/x:train", "a:page"] });
    }
    for (const pattern of ["a:page", ":page", "*:p*"]) {
      expect(meant([pattern], () => false)).toEqual({ ok: true, value: ["a:page"] });
    }
    const alone = graphOf(target("b:page", [], { onDemand: true }));
    expect(select(alone, ["b"])).toMatchObject({ ok: false, error: [{ what: 'No target matches "b".' }] });
  });

  test("names the closest label or prefix for every pattern that matches nothing", () => {
    expect(select(graph, ["single/parm_a", ":trian", "single", "zzzzzzzzzzzz"])).toEqual({
      ok: false,
      error: [
        { kind: "usage", what: 'No target matches "single/parm_a".', hint: 'Did you mean "single/param_a"?' },
        { kind: "usage", what: 'No target matches ":trian".', hint: 'Did you mean ":train"?' },
        { kind: "usage", what: 'No target matches "zzzzzzzzzzzz".', hint: "lfads status lists the targets." },
      ],
    });
  });

  test("withInputs takes along all that the selected targets need, inputs first", () => {
    const nodes = withInputs(graph, ["single/param_a/s1:train"]);
    expect(nodes.map((node) => node.target.label)).toEqual(["single/param_a/s1:export", "single/param_a/s1:train"]);
  });
});
