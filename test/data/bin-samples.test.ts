import { expect, test } from "vitest";
import { binSamples } from "#lib/sources/bin-samples.js";

const bins = { start: 10, widthSeconds: 0.5, count: 4 };
const samples = (times: number[], values: number[]) => ({
  times: Float64Array.from(times),
  values: Float64Array.from(values),
});

test("a bin is the mean of its samples; one at an edge belongs to the bin that begins there", () => {
  const times = [9.9, 10, 10.2, 10.5, 10.6, 11, 11.9, 12];
  expect([...binSamples(samples(times, [100, 1, 3, 5, 7, 9, 11, 100]), 1, bins, 1)]).toEqual([2, 6, 9, 11]);
});

test("a bin without a sample lies on the line between its neighbours, at its centre", () => {
  // 0 at 9.75 s and 8 at 11.75 s: 4 a second; the centres are 10.25, 10.75 and 11.25 s.
  expect([...binSamples(samples([9.75, 11.75], [0, 8]), 1, bins, 2)]).toEqual([2, 4, 6, 8]);
});

test("gaps beyond the limit, what comes before the first and after the last sample are not known", () => {
  const nan = Number.NaN;
  expect([...binSamples(samples([9.75, 11.75], [0, 8]), 1, bins, 1.99)]).toEqual([nan, nan, nan, 8]);
  expect([...binSamples(samples([10.6, 11.1], [1, 2]), 1, bins, 5)]).toEqual([nan, 1, 2, nan]);
  expect([...binSamples(samples([], []), 1, bins, 5)]).toEqual([nan, nan, nan, nan]);
});

test("a missing value is as if its sample were not there, each column for itself", () => {
  const nan = Number.NaN;
  const two = samples([10, 10.4, 10.6, 11.2, 11.6], [1, 10, nan, 20, 3, nan, 5, 40, 7, 50]);
  // Column 0: 1; 3; 5; 7. Column 1: 15; between 20 at 10.4 s and 40 at 11.2 s; 40; 50.
  expect([...binSamples(two, 2, bins, 1)].map((value) => Number(value.toFixed(9)))).toEqual([
    1, 15, 3, 28.75, 5, 40, 7, 50,
  ]);
  expect([...binSamples(two, 2, bins, 0.5)][3]).toBeNaN();
});
