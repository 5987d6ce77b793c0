import { describe, expect, it } from "vitest";
import { editJson, readJson } from "#lib/edit-json.js";

describe("editing JSON", () => {
  it.each([
    ["{}", '{\n  "a": {\n    "b": 1\n  }\n}'],
    ['{ "x": 1 }', '{ "x": 1, "a": {"b":1} }'],
    ['{"x":1}', '{"x":1, "a": {"b":1}}'],
    ['{\n\t"x": 1 // one\n}\n', '{\n\t"x": 1, // one\n\t"a": {\n\t\t"b": 1\n\t}\n}\n'],
    ['{\n\t"x": {"y":  2}, // one, two\n}\n', '{\n\t"x": {"y":  2}, // one, two\n\t"a": {\n\t\t"b": 1\n\t},\n}\n'],
    ['{\r\n    "a": {\r\n    }\r\n}', '{\r\n    "a": {\r\n        "b": 1\r\n    }\r\n}'],
    ['{\n  "a": { /* none, yet */ }\n}', '{\n  "a": { /* none, yet */\n    "b": 1\n  }\n}'],
    ['{ "a": { "b": 2 } }', '{ "a": { "b": 2 } }'],
  ])("adds a member to %j and touches nothing else", (text, expected) => {
    expect(editJson(text, [{ path: ["a", "b"], value: 1 }])).toBe(expected);
    expect(readJson(expected)).toMatchObject({ ok: true, value: { a: { b: expect.any(Number) } } });
  });

  it.each([
    ['{ "a": ["x"] }', '{ "a": ["x", "y", {"z":1}] }'],
    ['{ "a": ["y",] }', '{ "a": ["y", {"z":1},] }'],
    [
      '{\n  "a": [\n    // first\n    "x" // no comma,\n  ]\n}',
      '{\n  "a": [\n    // first\n    "x", // no comma,\n    "y",\n    {\n      "z": 1\n    }\n  ]\n}',
    ],
    ['{ "a": ["y", {"z": 1}] }', '{ "a": ["y", {"z": 1}] }'],
    ['{ "a": "mine" }', '{ "a": "mine" }'],
  ])("adds to the list in %j what it has not got", (text, expected) => {
    expect(editJson(text, [{ path: ["a"], items: ["y", { z: 1 }] }])).toBe(expected);
    expect(readJson(expected).ok).toBe(true);
  });

  it("says where a text is no JSON", () => {
    expect(readJson('{\n  "a": 1\n  "b": 2\n}')).toEqual({
      ok: false,
      error: "It is no JSON: CommaExpected in line 3.",
    });
    expect(readJson("").ok).toBe(false);
  });
});
