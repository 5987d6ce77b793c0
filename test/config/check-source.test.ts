import { expect, test } from "vitest";
import { checkSource } from "#lib/config/check-source.js";
import { mat, npz, type SourceDefinition } from "#lib/sources/define-sources.js";

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

test("mat is told where windows, events and cuts contradict each other", () => {
  const options = { counts: "D.data", binMs: 5 };
  expect(told(mat("*.mat", { counts: "spikes" }))).toEqual([
    [
      "datasets",
      "mat is told neither how wide the bins are nor where their times are.",
      "Add binMs, the width in ms, or time, the path of the times in ms.",
    ],
  ]);
  expect(told(mat("*.mat", { ...options, align: "D.go" }))).toEqual([
    ["datasets › align", "align is given without a window.", "Add windowMs: [from, to], in ms around the event."],
  ]);
  expect(told(mat("*.mat", { ...options, windowMs: [600, -200] }))).toEqual([
    ["datasets › windowMs", "windowMs is [600, -200], but it must end after it begins."],
  ]);
  expect(told(mat("*.mat", { ...options, windowMs: [0, 100], cut: "shortest" }))).toEqual([
    ["datasets › cut", "cut and windowMs both say which bins are read."],
  ]);
  expect(told(mat("*.mat", { ...options, counts: { train: "a", valid: "b" }, windowMs: [0, 100] }))).toEqual([
    ["datasets › windowMs", "windowMs may leave trials out, which a split of the file's own does not allow."],
  ]);
  expect(told(mat("*.mat", { ...options, align: "D.go", windowMs: [-200, 600] }))).toEqual([]);
});
