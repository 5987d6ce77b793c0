import { describe, expect, it } from "vitest";
import { createGraph } from "#lib/build/index.js";
import { formatGraph } from "#lib/cli/commands/graph.js";
import { formatCsv } from "#lib/cli/format-csv.js";
import { formatNumber } from "#lib/cli/format-number.js";
import { formatReason } from "#lib/cli/format-reason.js";
import { formatClock, formatSeconds } from "#lib/cli/format-seconds.js";
import { formatTable } from "#lib/cli/format-table.js";
import { worst } from "#lib/cli/run-matrix.js";
import { formatBytes } from "#lib/format-bytes.js";

describe("formatting", () => {
  it("writes durations as a person reads them", () => {
    expect([0.42, 7.31, 59.96, 65, 7400].map(formatSeconds)).toEqual(["0.42 s", "7.3 s", "1:00", "1:05", "2:03:20"]);
    expect(formatClock(7)).toBe("0:07");
  });

  it("writes numbers with the digits that matter", () => {
    expect([120, 2893.123, 0.0081, 0.0000123, Number.NaN].map(formatNumber)).toEqual([
      "120",
      "2893.1",
      "0.0081",
      "1.230e-5",
      "NaN",
    ]);
  });

  it("aligns a table's columns without trailing space", () => {
    const columns = [{ title: "run" }, { title: "cost", align: "right" }, { title: "note" }] as const;
    expect(
      formatTable(columns, [
        ["a/b", "1.5", ""],
        ["c", "10.25", "x"],
      ]),
    ).toEqual(["run   cost  note", "a/b    1.5", "c    10.25  x"]);
    expect(formatTable(columns, [["a/b", "", "x"]])).toEqual(["run  note", "a/b  x"]);
  });

  it("writes bytes in MB and GB", () => {
    expect([999_400_000, 1_200_000_000, 9_940_000_000, 31_400_000_000].map(formatBytes)).toEqual([
      "999 MB",
      "1.2 GB",
      "9.9 GB",
      "31 GB",
    ]);
  });

  it("quotes what CSV needs quoted", () => {
    expect(formatCsv([["a,b", 'say "x"', null, 1.5]])).toBe('"a,b","say ""x""",,1.5\n');
  });

  it("takes a run for as far as its worst target", () => {
    expect(worst(["fresh", "missing", "failed"])).toBe("failed");
    expect(worst(["fresh", "stale", "missing"])).toBe("stale");
    expect(worst(["fresh", "fresh"])).toBe("fresh");
  });
});

describe("a reason in words", () => {
  it("has the old and the new value of a parameter", () => {
    expect(formatReason({ kind: "param", path: "params.c_keep_prob", old: undefined, new: 0.9 })).toBe(
      "c_keep_prob: 0.95 (default) → 0.9",
    );
    expect(formatReason({ kind: "param", path: "params.myOwn", old: undefined, new: "a" })).toBe(
      'myOwn: (not set) → "a"',
    );
    expect(formatReason({ kind: "param", path: "source.binMs", old: 1, new: 2 })).toBe("source.binMs: 1 → 2");
  });

  it("has of a text in which values are named the first value that differs", () => {
    const text = (hash: string, keepProb: string) =>
      `[1 param_${hash}] demo\n\n  name: demo\n  c_keep_prob: ${keepProb}\n`;
    const reason = { kind: "param", path: "text", old: text("XMR2Kd", "0.98"), new: text("9gEzvO", "0.9") } as const;
    expect(formatReason(reason)).toBe("c_keep_prob: 0.98 → 0.9");
    expect(formatReason({ ...reason, new: `${text("9gEzvO", "0.9")}more\n` })).toBe(
      'text: "[1 param_XMR2Kd] demo" → "[1 param_9gEzvO] demo"',
    );
  });

  it("has of a text of several lines the first line that differs", () => {
    const reason = { kind: "param", path: "text", old: "title\n  one\nend", new: "title\n  two\nend" } as const;
    expect(formatReason(reason)).toBe('text: "one" → "two"');
    expect(formatReason({ ...reason, new: "title" })).toBe('text: "one" → (not set)');
  });

  it("has of long values what lies around their first difference", () => {
    const text = (middle: string) => `${"a".repeat(100)}${middle}${"b".repeat(100)}`;
    const reason = formatReason({ kind: "param", path: "text", old: text("old"), new: text("new") });
    expect(reason).toContain(`${"a".repeat(20)}old${"b".repeat(57)}… → …${"a".repeat(20)}new`);
    expect(reason.length).toBeLessThan(200);
  });

  it("of a target that was never built says how it differs from its closest relative", () => {
    const differences = [{ kind: "param", path: "params.c_keep_prob", old: 0.95, new: 0.9 }] as const;
    expect(formatReason({ kind: "never-built", closest: { target: "c/param_a/s:train", differences } })).toBe(
      "never built here; unlike c/param_a/s:train: c_keep_prob: 0.95 → 0.9",
    );
    expect(formatReason({ kind: "never-built", closest: { target: "c/param_a/s:train", differences: [] } })).toBe(
      "never built here; the same as c/param_a/s:train",
    );
  });

  it("of many differences from the relative names some", () => {
    const differences = ["a", "b", "c", "d", "e"].map((path) => ({ kind: "param", path, old: 1, new: 2 }) as const);
    expect(formatReason({ kind: "never-built", closest: { target: "c/param_a/s:train", differences } })).toBe(
      "never built here; unlike c/param_a/s:train: a: 1 → 2; b: 1 → 2; c: 1 → 2; and 2 more",
    );
  });

  it("names the file whose content changed, and the target upstream that is the cause", () => {
    const input = { kind: "input", name: "file", file: "a.h5", path: "/d/a.h5", from: "d/a.h5" } as const;
    const reason = { ...input, oldDigest: "0123456789abcdef", newDigest: "fedcba9876543210" };
    expect(formatReason({ kind: "upstream", target: "s/a:export", reasons: [reason] })).toBe(
      "s/a:export: content of /d/a.h5: 0123456789ab → fedcba987654",
    );
  });
});

describe("a graph", () => {
  const graph = createGraph([
    {
      label: "c/p/s:train",
      rule: "train",
      params: {},
      inputs: [{ name: "x", target: "c/d/s/a:export" }],
      outDir: "/o/p",
    },
    {
      label: "c/d/s/a:export",
      rule: "export",
      params: {},
      inputs: [{ name: "file", file: "/in/a.h5" }],
      outDir: "/o/d",
    },
  ]);
  const nodes = graph.ok ? graph.value.nodes : [];

  it("is Graphviz, Mermaid or JSON", () => {
    expect(formatGraph(nodes, "dot")).toBe(
      'digraph lfads {\n  rankdir=LR;\n  node [shape=box];\n  t0 [label="c/d/s/a:export"];\n  t1 [label="c/p/s:train"];\n  t0 -> t1;\n}\n',
    );
    expect(formatGraph(nodes, "mermaid")).toBe('graph LR\n  t0["c/d/s/a:export"]\n  t1["c/p/s:train"]\n  t0 --> t1\n');
    expect(JSON.parse(formatGraph(nodes, "json"))).toEqual([
      { label: "c/d/s/a:export", rule: "export", outDir: "/o/d", inputs: [], files: ["/in/a.h5"] },
      { label: "c/p/s:train", rule: "train", outDir: "/o/p", inputs: ["c/d/s/a:export"], files: [] },
    ]);
  });
});
