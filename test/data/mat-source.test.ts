import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import type { MatValue } from "#lib/mat/mat-value.js";
import { matCell, matLogical, matNumber, matNumbers, matStruct, matStructArray, matText } from "#lib/mat/mat-value.js";
import { writeMat } from "#lib/mat/write-mat.js";
import { mat } from "#lib/sources/define-sources.js";
import { openDataset } from "#lib/sources/open-dataset.js";
import type { MatSpec } from "#lib/sources/source-spec.js";
import { failureText } from "../failure-text.js";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "lfads-mat-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

let made = 0;
async function fileWith(variables: Readonly<Record<string, MatValue>>, compress = true): Promise<string> {
  const file = join(dir, `file${made++}.mat`);
  await writeMat(file, variables, { compress });
  return file;
}

const specOf = (options: Omit<MatSpec, "kind" | "axes"> & Partial<Pick<MatSpec, "axes">>): MatSpec => {
  const { patterns: _, ...spec } = mat("*.mat", options);
  return spec;
};

async function failureOf(source: MatSpec, file: string): Promise<string> {
  return (await failureText(openDataset("ds", source, file))).replaceAll(file, "FILE");
}

/** 0, 1, 2, …, so that a value tells where it was. */
const ramp = (length: number): Float64Array => Float64Array.from({ length }, (_, i) => i);
const row = (...values: number[]) => matNumbers(Float64Array.from(values), [1, values.length]);

/** A trial of 2 channels: channel 1 counts up from `first`, channel 2 from 100 more. */
const trialOf = (first: number, bins: number) =>
  matNumbers(
    Float64Array.from({ length: 2 * bins }, (_, i) => first + (i % bins) + (i < bins ? 0 : 100)),
    [2, bins],
  );

describe("mat sources", () => {
  test("arrays trials × channels × time with truth, conditions, external inputs, states and times", async () => {
    const file = await fileWith({
      spikes: matNumbers(Uint8Array.from(ramp(12)), [2, 2, 3]),
      rates: matNumbers(ramp(12), [2, 2, 3]),
      side: matCell([matText("left"), matText("right")], [1, 2]),
      input: matNumbers(ramp(6), [2, 1, 3]),
      hand: matNumbers(Float32Array.from(ramp(12)), [2, 2, 3]),
      ms: row(-15, -5, 5),
      unread: matText("x"),
    });
    const spec = specOf({
      counts: "spikes",
      truth: "rates",
      condition: "side",
      externalInputs: "input",
      behavior: "hand",
      time: "ms",
    });
    const reader = await openDataset("ds", spec, file);
    expect(reader.info).toEqual({
      name: "ds",
      nTrials: 2,
      nChannels: 2,
      nBins: 3,
      binMs: 10,
      hasTruth: true,
      hasConditions: true,
      nExternalInputs: 1,
      nBehavior: 2,
      alignmentFactors: null,
      split: null,
    });
    expect([...reader.timeVecMs]).toEqual([-15, -5, 5]);
    expect(reader.conditions).toEqual(["left", "right"]);
    const trials = reader.readTrials(1, 1);
    expect([...trials.counts]).toEqual([6, 9, 7, 10, 8, 11]);
    expect([...trials.truth!]).toEqual([6, 9, 7, 10, 8, 11].map((rate) => rate * 0.01));
    expect([...trials.externalInputs!]).toEqual([3, 4, 5]);
    expect([...trials.behavior!]).toEqual([6, 9, 7, 10, 8, 11]);
    expect(reader.originOf(1, "counts")).toEqual({ path: "spikes", trial: 2 });
    reader.close();
  });

  test("axes say which axis is which, and a last axis of one channel or trial may be missing", async () => {
    const file = await fileWith({
      data: matStruct({ raster: matNumbers(Int16Array.from(ramp(24)), [3, 2, 4]), one: matNumbers(ramp(6), [2, 3]) }),
    });
    const turned = await openDataset(
      "ds",
      specOf({ counts: "data.raster", axes: ["channels", "trials", "time"], binMs: 5 }),
      file,
    );
    expect([turned.info.nTrials, turned.info.nBins, turned.info.nChannels]).toEqual([2, 4, 3]);
    expect([...turned.readTrials(1, 1).counts]).toEqual([4, 12, 20, 5, 13, 21, 6, 14, 22, 7, 15, 23]);
    expect([...turned.timeVecMs]).toEqual([2.5, 7.5, 12.5, 17.5]);
    turned.close();
    const single = await openDataset(
      "ds",
      specOf({ counts: "data.one", axes: ["trials", "time", "channels"], binMs: 5 }),
      file,
    );
    expect([single.info.nTrials, single.info.nBins, single.info.nChannels]).toEqual([2, 3, 1]);
    expect([...single.readTrials(0, 2).counts]).toEqual([0, 1, 2, 3, 4, 5]);
    single.close();
  });

  test("a file's own split, with indices from 1, and an alignment", async () => {
    const file = await fileWith({
      train: matNumbers(ramp(6), [1, 2, 3]),
      valid: matNumbers(Float64Array.of(7, 8, 9, 10, 11, 12), [1, 2, 3]),
      ti: matNumber(2),
      vi: matNumber(1),
      W: matNumbers(ramp(6), [2, 3]),
      b: row(1, 2),
    });
    const spec = specOf({
      counts: { train: "train", valid: "valid" },
      indices: { train: "ti", valid: "vi", base: 1 },
      alignmentMatrix: "W",
      alignmentBias: "b",
      binMs: 10,
    });
    const reader = await openDataset("ds", spec, file);
    expect(reader.split).toEqual({ train: [2], valid: [1] });
    expect([...reader.readTrials(1, 1).counts]).toEqual([7, 10, 8, 11, 9, 12]);
    expect(reader.alignment).toEqual({ matrix: ramp(6), bias: Float64Array.of(1, 2) });
    reader.close();
  });

  test("a struct array with one trial an element, and a cell array of sparse trials", async () => {
    const elements = [
      { data: trialOf(0, 3), condition: matText("reach1") },
      { data: trialOf(10, 3), condition: matText("reach2") },
    ];
    const sparse: MatValue = {
      class: "sparse",
      of: "logical",
      shape: [2, 3],
      rows: Int32Array.of(1, 0),
      columnStarts: Int32Array.of(0, 1, 1, 2),
      data: Float64Array.of(1, 1),
    };
    const file = await fileWith({ D: matStructArray(elements), cells: matCell([sparse, matLogical(ramp(6), [2, 3])]) });
    const reader = await openDataset("ds", specOf({ counts: "D.data", condition: "D.condition", binMs: 1 }), file);
    expect([...reader.readTrials(0, 2).counts]).toEqual([0, 100, 1, 101, 2, 102, 10, 110, 11, 111, 12, 112]);
    expect(reader.conditions).toEqual(["reach1", "reach2"]);
    reader.close();
    const cells = await openDataset("ds", specOf({ counts: "cells", binMs: 1 }), file);
    expect([...cells.readTrials(0, 2).counts]).toEqual([0, 1, 0, 0, 1, 0, 0, 1, 1, 1, 1, 1]);
    cells.close();
  });

  test("the HDF5 of version 7.3 is read by the same names", async () => {
    const file = join(dir, "v73.mat");
    await writeHdf5(file, (w) => {
      w.dataset("spikes", Uint8Array.from(ramp(12)), [3, 2, 2]);
      w.attribute("spikes", "MATLAB_class", "double");
      w.dataset("side", Float64Array.of(1, 2), [2, 1]);
      w.attribute("side", "MATLAB_class", "double");
    });
    const reader = await openDataset("ds", specOf({ counts: "spikes", condition: "side", binMs: 5 }), file);
    expect([reader.info.nTrials, reader.info.nBins, reader.info.nChannels]).toEqual([2, 3, 2]);
    expect([...reader.readTrials(1, 1).counts]).toEqual([1, 3, 5, 7, 9, 11]);
    expect(reader.conditions).toEqual([1, 2]);
    reader.close();
  });
});

describe("trials of different lengths", () => {
  const ragged = () =>
    fileWith({
      D: matStructArray([
        { data: trialOf(0, 5), go: matNumber(20), c: matNumber(1), ms: row(0, 10, 20, 30, 40) },
        { data: trialOf(10, 3), go: matNumber(10), c: matNumber(2), ms: row(0, 10, 20) },
        { data: trialOf(20, 4), go: matNumbers(new Float64Array(0), [0, 0]), c: matNumber(3), ms: row(0, 10, 20, 30) },
        { data: trialOf(30, 6), go: matNumber(30), c: matNumber(4), ms: row(-10, 0, 10, 20, 30, 40) },
      ]),
    });

  test("are an error that says the lengths and what to do", async () => {
    expect(await failureOf(specOf({ counts: "D.data", binMs: 10 }), await ragged())).toBe(
      "FILE:D.data: The trials have from 3 bins (trial 2) to 6 bins (trial 4), but a model needs trials of one length.\n" +
        '  In mat(…), add cut: "shortest", or windowMs: [from, to] with align, the time of an event.',
    );
  });

  test("are cut to the shortest", async () => {
    const reader = await openDataset("ds", specOf({ counts: "D.data", cut: "shortest", binMs: 10 }), await ragged());
    expect([reader.info.nTrials, reader.info.nBins]).toEqual([4, 3]);
    expect([...reader.readTrials(3, 1).counts]).toEqual([30, 130, 31, 131, 32, 132]);
    expect(reader.notes).toEqual([]);
    reader.close();
  });

  test("are cut around an event of each trial's own clock; trials without it, or too short, are left out", async () => {
    const spec = specOf({
      counts: "D.data",
      condition: "D.c",
      time: "D.ms",
      align: "D.go",
      windowMs: [-10, 20],
    });
    const reader = await openDataset("ds", spec, await ragged());
    expect([reader.info.nTrials, reader.info.nBins, reader.info.binMs]).toEqual([3, 3, 10]);
    expect([...reader.timeVecMs]).toEqual([-5, 5, 15]);
    expect([...reader.readTrials(0, 3).counts]).toEqual([
      ...[1, 101, 2, 102, 3, 103],
      ...[10, 110, 11, 111, 12, 112],
      ...[33, 133, 34, 134, 35, 135],
    ]);
    expect(reader.conditions).toEqual([1, 2, 4]);
    expect(reader.originOf(2, "counts")).toEqual({ path: "D.data", trial: 4 });
    expect(reader.notes).toEqual(["1 trial is left out because D.go is not known: trial 3."]);
    reader.close();
  });

  test("are cut by a window from the start of each", async () => {
    const reader = await openDataset("ds", specOf({ counts: "D.data", windowMs: [10, 50], binMs: 10 }), await ragged());
    expect([...reader.readTrials(0, 2).counts]).toEqual([
      ...[1, 101, 2, 102, 3, 103, 4, 104],
      ...[31, 131, 32, 132, 33, 133, 34, 134],
    ]);
    expect([...reader.timeVecMs]).toEqual([15, 25, 35, 45]);
    expect(reader.notes).toEqual([
      "2 trials are left out because the window of 10 to 50 ms goes beyond them: trials 2, 3.",
    ]);
    reader.close();
  });

  test.each<[string, Partial<MatSpec>, string]>([
    [
      "a window that no trial spans",
      { align: "D.go", windowMs: [-500, 20] },
      "FILE:D.data: No trial spans the window of -500 to 20 ms.\n  Trial 1 spans -20 to 30 ms around D.go.",
    ],
    [
      "a window of half a bin",
      { windowMs: [0, 15] },
      "FILE:D.data: The window of 15 ms is no whole number of bins of 10 ms.",
    ],
    [
      "trials that start at different times, when cut",
      { cut: "shortest", time: "D.ms" },
      "FILE:D.ms: Trial 4 has other times than trial 1.\n  In mat(…), add windowMs: [from, to], and align, the time of an event.",
    ],
  ])("%s", async (_, options, message) => {
    expect(await failureOf(specOf({ counts: "D.data", binMs: 10, ...options }), await ragged())).toBe(message);
  });
});

describe("what mat sources cannot take", () => {
  const file = () =>
    fileWith({
      spikes: matNumbers(ramp(12), [2, 2, 3]),
      flat: matNumbers(ramp(12), [4, 3]),
      wave: { ...matNumbers(ramp(12), [2, 2, 3]), imaginary: ramp(12) },
      names: matCell([matText("a"), matNumbers(ramp(2))]),
      trials: matCell([matNumbers(ramp(6), [2, 3]), matNumbers(ramp(6), [3, 2])]),
      info: matStruct({ subject: matText("N") }),
    });

  test.each<[string, Parameters<typeof specOf>[0], string]>([
    [
      "a variable that is not there",
      { counts: "spike" },
      "FILE:spike: The MAT file has no such variable.\n  It holds, closest first: spikes, wave, flat, info, names, trials.",
    ],
    [
      "a field that is not there",
      { counts: "info.subjects" },
      "FILE:info.subjects: info has no field subjects.\n  Its fields, closest first: subject.",
    ],
    [
      "a field of an array",
      { counts: "spikes.x" },
      "FILE:spikes.x: spikes is a double of 2 × 2 × 3, and has no fields.",
    ],
    [
      "text for counts",
      { counts: "info.subject" },
      "FILE:info.subject: Numbers were expected, but it is a text of 1 × 1.",
    ],
    [
      "complex counts",
      { counts: "wave" },
      "FILE:wave: Real numbers were expected, but it is a complex double of 2 × 2 × 3.",
    ],
    [
      "counts of two axes",
      { counts: "flat" },
      "FILE:flat: The array has shape 4 × 3, but trials × channels × time were expected.\n  Say with axes in mat(…) which axis is which.",
    ],
    [
      "trials of different numbers of channels",
      { counts: "trials" },
      "FILE:trials: Trial 2 has 3 channels (shape 3 × 2), but trial 1 has 2.\n  Trials are read as channels × time; say with axes in mat(…) if they are not.",
    ],
    [
      "conditions that are no single value",
      { counts: "spikes", condition: "names" },
      "FILE:names: Trial 2 has a double of 2 × 1, but one number or text was expected.",
    ],
    [
      "a truth of other trials",
      { counts: "spikes", truth: "trials" },
      "FILE:trials: Trial 2 has 3 channels (shape 3 × 2), but trial 1 has 2.\n  Trials are read as channels × time; say with axes in mat(…) if they are not.",
    ],
    [
      "times of another number",
      { counts: "spikes", time: "flat" },
      "FILE:flat: The time has 12 values, but the counts have 3 bins.\n  Mend the recording, or what the lfadsfile says of it: the counts, spikes, are read as 2 trials × 3 bins × 2 channels.",
    ],
  ])("%s", async (_, options, message) => {
    expect(await failureOf(specOf({ binMs: 10, ...options }), await file())).toBe(message);
  });
});
