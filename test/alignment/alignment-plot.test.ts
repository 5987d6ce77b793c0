import { expect, test } from "vitest";
import { alignmentPlot, type Reconstructions } from "#lib/alignment/alignment-plot.js";

/** C conditions × 4 bins × P PCs; of condition `missing` nothing is known. */
function shown(C: number, P: number, names: readonly string[], missing = -1): Reconstructions {
  const size = 4 * P;
  const values = (gain: number) =>
    Float64Array.from({ length: C * size }, (_, i) => (Math.floor(i / size) === missing ? Number.NaN : gain * (i % 7)));
  return {
    conditions: Array.from({ length: C }, (_, c) => `turn ${c + 1}`),
    timeVecMs: Float64Array.of(5, 105, 205, 305),
    explained: Float64Array.from({ length: P }, (_, k) => 0.5 / (k + 1)),
    pcs: values(1),
    datasets: names.map((name, d) => ({
      name,
      reconstruction: values(0.9),
      r2: Float64Array.from({ length: P }, (_, k) => 0.9 - d / 10 - k / 100),
    })),
  };
}

const matches = (svg: string, pattern: RegExp) => [...svg.matchAll(pattern)].map((match) => match[1]!);

test("has a panel for each PC and dataset, in which each condition is drawn twice, and its R²", () => {
  const svg = alignmentPlot("c/data_x/all", shown(3, 2, ["a", "b"]));
  expect(svg).toMatch(/^<svg [^>]*role="img">\n<title>c\/data_x\/all<\/title>\n<desc>[^<]+<\/desc>/);
  expect(matches(svg, /class="(panel)"/g)).toHaveLength(4);
  expect(matches(svg, /<path d="[^"]*" class="(\w+)"/g)).toEqual(
    new Array(4).fill(["pc", "pc", "pc", "own", "own", "own"]).flat(),
  );
  expect(matches(svg, />R² ([\d.]+)</g)).toEqual(["0.900", "0.800", "0.890", "0.790"]);
  expect(matches(svg, />(PC \d|[\d.]+%)</g)).toEqual(["PC 1", "50.0%", "PC 2", "25.0%"]);
  expect(matches(svg, />(turn \d)</g)).toEqual(["turn 1", "turn 2", "turn 3"]);
  expect(svg).toContain("give. 2 PCs, 3 conditions.");
  expect(svg).toContain("a: R² 0.900, 0.890. b: R² 0.800, 0.790.");
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
});

test("draws six PCs and six conditions at most, from first to last, and says of how many", () => {
  const svg = alignmentPlot("many", shown(21, 9, ["a"]));
  expect(matches(svg, /class="(panel)"/g)).toHaveLength(6);
  expect(matches(svg, />(turn \d+)</g)).toEqual(["turn 1", "turn 5", "turn 9", "turn 13", "turn 17", "turn 21"]);
  expect(svg).toContain("6 of 9 PCs, 6 of 21 conditions.");
});

test("leaves out conditions that not every dataset has", () => {
  const svg = alignmentPlot("some", shown(3, 1, ["a", "b"], 1));
  expect(matches(svg, />(turn \d)</g)).toEqual(["turn 1", "turn 3"]);
  expect(svg).toContain("1 PC, 2 conditions.");
  expect(svg).not.toMatch(/NaN/);
});

test("of one dataset shows its PCs, and does not say that it gives them all", () => {
  const svg = alignmentPlot("one", shown(2, 1, ["a"]));
  expect(svg).toContain("<desc>PCs of its channels. 1 PC, 2 conditions.</desc>");
  expect(svg).not.toContain("R²");
});

test("takes names as they are", () => {
  const svg = alignmentPlot("a<b & c", shown(1, 1, ["x>y", "d".repeat(40)]));
  expect(svg).toContain("<title>a&lt;b &amp; c</title>");
  expect(svg).toContain('class="head">x&gt;y<');
  expect(svg).toContain(`class="head">${"d".repeat(29)}…<`);
});

test("gives long names of conditions as many lines as they need, within the picture", () => {
  const lines = (length: number) => {
    const names = Array.from({ length: 6 }, (_, c) => `${c}${"x".repeat(length)}`);
    const svg = alignmentPlot("long", { ...shown(6, 1, ["a"]), conditions: names });
    const width = Number(/ width="(\d+)"/.exec(svg)![1]);
    const texts = [...svg.matchAll(/<text x="([\d.]+)" y="(\d+)" class="note">(\dx*)</g)];
    expect(texts.map((match) => match[3])).toEqual(names);
    for (const [, x, , name] of texts) expect(Number(x) + 6.5 * name!.length).toBeLessThan(width);
    return new Set(texts.map((match) => match[2])).size;
  };
  expect([lines(3), lines(12), lines(28)]).toEqual([1, 2, 3]);
});
