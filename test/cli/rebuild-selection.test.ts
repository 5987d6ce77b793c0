import { describe, expect, it } from "vitest";
import { chooseShare } from "#lib/audit/choose-share.js";
import { rebuildRequest } from "#lib/cli/rebuild-selection.js";

describe("what --rebuild asks for", () => {
  it.each([
    [true, { patterns: [], percent: 100 }],
    [["10%"], { patterns: [], percent: 10 }],
    [["0.5%"], { patterns: [], percent: 0.5 }],
    [[":results", "single"], { patterns: [":results", "single"], percent: 100 }],
  ] as const)("%j", (asked, request) => {
    expect(rebuildRequest(asked)).toEqual({ ok: true, value: request });
  });

  it.each([["0%"], ["101%"], ["-1%"], ["some%"], ["%"], ["10%", "single"], ["10%", "20%"]])("is not %j", (...asked) => {
    const what = `--rebuild takes a share of more than 0% and at most 100%, or labels, and not "${asked.join(" ")}".`;
    const hint = "As in: lfads audit --rebuild 10%, or lfads audit --rebuild :results.";
    expect(rebuildRequest(asked)).toEqual({ ok: false, error: [{ kind: "usage", what, hint }] });
  });
});

describe("a share", () => {
  const keys = ["e", "b", "d", "a", "c"];
  it.each([
    [1, ["a"]],
    [20, ["a"]],
    [21, ["a", "b"]],
    [100, ["a", "b", "c", "d", "e"]],
  ])("of %i%% is the same whatever the order, and never none", (percent, chosen) => {
    expect(chooseShare(percent, keys, (key) => key)).toEqual(chosen);
    expect(chooseShare(percent, [...keys].reverse(), (key) => key)).toEqual(chosen);
  });
});
