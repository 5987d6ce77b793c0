import { describe, expect, it } from "vitest";
import type { BuildEvent, Cause, Provenance } from "#lib/build/index.js";
import { formatCauses } from "#lib/cli/format-cause.js";
import { formatTime } from "#lib/cli/format-time.js";
import { formatEvent } from "#lib/cli/views/format-event.js";

const plain = (_: unknown, text: string) => text;

const madeBy: Provenance = {
  ...{ label: "c/param_a/s:train", startedAt: "2026-11-21T14:02:11.000Z", seconds: 80, threads: 2, host: "wolf" },
  ...{ platform: "linux-x64", node: "v20.20.2", versions: {}, git: null },
};
const when = formatTime(madeBy.startedAt);
const keepProb = { kind: "param", path: "params.c_keep_prob", old: undefined, new: 0.9 } as const;

describe("causes in words", () => {
  it("name each change once and under it what it makes stale, and how", () => {
    const causes: Cause[] = [
      {
        changes: [{ reasons: [keepProb], at: ["c/param_b/s:train"] }],
        targets: [
          { label: "c/param_b/s:train", would: "run", unlike: "c/param_a/s:train", after: [] },
          { label: "c/param_b/s:posterior", would: "maybe", after: ["c/param_b/s:train", "c/d/s:export"] },
        ],
      },
      {
        changes: [
          { reasons: [keepProb], at: ["c/param_b/s:train"] },
          {
            reasons: [
              { kind: "output-missing", path: "/r/a" },
              { kind: "link", path: "/r/b" },
            ],
            at: ["x:train", "y:train"],
          },
        ],
        targets: [
          { label: "x:train", would: "restore", after: [], from: { madeBy, inPlace: false } },
          { label: "y:train", would: "restore", after: [], from: { madeBy, inPlace: true } },
        ],
      },
    ];
    expect(formatCauses(causes, 20, plain)).toEqual([
      "c_keep_prob: 0.95 (default) → 0.9",
      "  run      c/param_b/s:train      unlike c/param_a/s:train",
      "  may run  c/param_b/s:posterior  after c/param_b/s:train and 1 more",
      "",
      "c_keep_prob: 0.95 (default) → 0.9 (c/param_b/s:train)",
      "output missing: /r/a and 1 more",
      `  restore  x:train  from the store: made by c/param_a/s:train, ${when}, wolf`,
      `  restore  y:train  in place: made by c/param_a/s:train, ${when}, wolf`,
    ]);
  });

  it("tell a changed setting once, with the summaries that restate it", () => {
    const text = (collection: string): Cause => {
      const reason = { kind: "param", path: "text", old: `${collection} 1`, new: `${collection} 2` } as const;
      const label = `${collection}:summary`;
      return { changes: [{ reasons: [reason], at: [label] }], targets: [{ label, would: "run", after: [] }] };
    };
    const train = (collection: string, change: Cause["changes"][number]["reasons"][number]): Cause => {
      const label = `${collection}/param_b/s:train`;
      return { changes: [{ reasons: [change], at: [label] }], targets: [{ label, would: "run", after: [] }] };
    };
    const missing = { kind: "output-missing", path: "/r/a" } as const;
    const causes = [text("a"), text("b"), train("a", keepProb), train("ab", missing), text("ab"), train("b", missing)];
    expect(formatCauses(causes, 20, plain)).toEqual([
      'text: "b 1" → "b 2"',
      "  run  b:summary",
      "",
      "c_keep_prob: 0.95 (default) → 0.9",
      "  run  a/param_b/s:train",
      "  run  a:summary",
      "",
      "output missing: /r/a",
      "  run  ab/param_b/s:train",
      "",
      'text: "ab 1" → "ab 2"',
      "  run  ab:summary",
      "",
      "output missing: /r/a",
      "  run  b/param_b/s:train",
    ]);
  });

  it("count the targets of a cause beyond the first", () => {
    const targets = ["a", "b", "c"].map((label) => ({ label, would: "run", after: [] }) as const);
    const change = { reasons: [{ kind: "never-built" }], at: ["a", "b", "c"] } as const;
    expect(formatCauses([{ changes: [change], targets }], 2, plain)).toEqual([
      "never built here",
      "  run  a",
      "  run  b",
      "  and 1 more",
    ]);
  });
});

describe("the lines of a build", () => {
  const finished = (more: Partial<BuildEvent & { type: "finished" }>): BuildEvent => ({
    ...{ type: "finished", label: "a:train", how: "restored", seconds: 0.5, ...more },
  });
  const started: BuildEvent = {
    ...{ type: "started", label: "a:train", rule: "train", threads: 1, reasons: [keepProb], logFile: "l" },
  };
  const explain = { verbose: false, explain: true };
  const quiet = { verbose: false };

  it("say with --explain why a target runs and where a restored one comes from", () => {
    const from = { madeBy, inPlace: false };
    expect(formatEvent(started, plain, explain)).toBe("  started   a:train  c_keep_prob: 0.95 (default) → 0.9");
    expect(formatEvent(finished({ from }), plain, explain)).toBe(
      `✓ restored  a:train  0.50 s  from the store: made by c/param_a/s:train, ${when}, wolf`,
    );
    expect(formatEvent(finished({ how: "fresh" }), plain, explain)).toBe(
      "✓ fresh     a:train  its inputs came out the same",
    );
  });

  it("say none of that without", () => {
    expect(formatEvent(started, plain, quiet)).toBeUndefined();
    expect(formatEvent(finished({ from: { madeBy, inPlace: false } }), plain, quiet)).toBe(
      "✓ restored  a:train  0.50 s",
    );
    expect(formatEvent(finished({ how: "fresh" }), plain, quiet)).toBeUndefined();
  });
});
