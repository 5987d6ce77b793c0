import { expect, test } from "vitest";
import { checkSource } from "#lib/config/check-source.js";
import { npz, type SourceDefinition } from "#lib/sources/define-sources.js";

const told = (source: SourceDefinition) =>
  checkSource(source, ["datasets"]).map(({ place, what, hint }) => [place.join(" › "), what, ...(hint ? [hint] : [])]);

test("npz for archives needs the counts' name, for .npy files no name at all", () => {
  expect(told(npz("*.npz", { binMs: 5 }))).toEqual([
    [
      "datasets",
      "npz is not told which array holds the counts.",
      "Add counts, the name of the array of counts. Files called *.npy need none.",
    ],
  ]);
  expect(told(npz("*.npy", { binMs: 5, truth: "rates" }))).toEqual([
    [
      "datasets › truth",
      "A .npy file holds the counts alone, but truth is given.",
      "Leave it out, or save several arrays as a .npz file.",
    ],
  ]);
  expect(told(npz("*.npy", {}))).toEqual([
    [
      "datasets",
      "npz is told neither how wide the bins are nor where their times are.",
      "Add binMs, the width in ms, or time, the path of the times in ms.",
    ],
  ]);
  expect(told(npz("*.npz", { counts: "spikes", binMs: 5 }))).toEqual([]);
  expect(told(npz("*.npy", { binMs: 5 }))).toEqual([]);
});
