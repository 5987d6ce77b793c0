import { describe, expect, it } from "vitest";
import { FailureError } from "#lib/failure.js";
import { guardParams } from "#rules/guard-params.js";

const values = { spikeBinMs: 10, alignEvent: "cue", lags: [1, 2] };
const guarded = () => guardParams(values, ["note"]);

describe("parameters as a loader reads them", () => {
  it("are those that affect data, in every way that JavaScript reads an object", () => {
    const { params, misread } = guarded();
    expect(params.alignEvent).toBe("cue");
    expect({ ...params }).toEqual(values);
    expect(JSON.parse(JSON.stringify(params))).toEqual(values);
    expect(`${Object.keys(params)} ${"alignEvent" in params} ${"other" in params}`).toBe(
      "spikeBinMs,alignEvent,lags true false",
    );
    expect(String(params)).toBe("[object Object]");
    expect(misread()).toBeUndefined();
  });

  it.each([
    [
      "note",
      "The loader reads note, which is declared not to affect data: a change of it would not run the loader again.",
      'Declare note with affects: "data" in custom, or do not read it.',
    ],
    [
      "c_gen_dim",
      "The loader reads c_gen_dim, which does not affect data.",
      "A loader gets spikeBinMs, and the parameters of your own that affect data.",
    ],
    ["alignEvnt", "The loader reads the parameter alignEvnt, which is not declared.", "Did you mean alignEvent?"],
    [
      "trialWindow",
      "The loader reads the parameter trialWindow, which is not declared.",
      "Declare it in custom of runParams.",
    ],
  ])("throw when %s is read, and the loader that catches this has failed all the same", (name, what, hint) => {
    const { params, misread } = guarded();
    expect(() => params[name]).toThrow(new FailureError({ kind: "config", what, hint }));
    expect(misread()?.failure).toEqual({ kind: "config", what, hint });
  });

  it("cannot be changed", () => {
    const params = guarded().params as Record<string, unknown>;
    expect(() => {
      params.alignEvent = "move";
    }).toThrow("The loader changes a parameter.");
  });
});
