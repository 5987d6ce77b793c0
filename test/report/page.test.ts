import { describe, expect, it } from "vitest";
import { encodeValues } from "#lib/report/encode-values.js";
import { type Cell, movedCell } from "../../lib/report/page/cell-cursor.js";
import { formatChoice, parseChoice } from "../../lib/report/page/choice.js";
import { chosenIndices, chosenRun } from "../../lib/report/page/chosen.js";
import { countRamp, rateRamp, seriesColours, signedRamp, type Theme } from "../../lib/report/page/colours.js";
import { comparedAverage, comparedRates, comparedRun } from "../../lib/report/page/compared.js";
import { fixed, part, shown } from "../../lib/report/page/format.js";
import { at, column, extentOf, matrixOf, numbersOf, transposed } from "../../lib/report/page/matrix.js";
import { formatTurn, parseTurn, rotate, turned } from "../../lib/report/page/rotate-points.js";
import { bestOf, cellOf, filterRuns, runColumns, sortRuns } from "../../lib/report/page/run-rows.js";
import { madeReport } from "./made-report.js";

const many = madeReport({ runs: 8, detailed: 3 });
const columns = runColumns(many);
const names = (runs: readonly { paramName: string }[]) => runs.map(({ paramName }) => Number(paramName.slice(-1)));

describe("the table of runs", () => {
  it("has the run, the parameters that differ, and the results that some run has", () => {
    expect(columns.map(({ name }) => name)).toEqual([
      "run",
      "c_factors_dim",
      "c_keep_prob",
      "epochs",
      "lveEpoch",
      "trainCost",
      "validCost",
      "nll",
      "bitsPerSpike",
      "r2.pooled",
    ]);
  });

  it("shows what tells of the data alone only where it differs", () => {
    const runs = many.runs.map((run, i) => ({ ...run, results: { psthNll: 0.5, meanRateNll: i } }));
    expect(runColumns({ ...many, runs }).map(({ name }) => name)).toEqual([
      "run",
      "c_factors_dim",
      "c_keep_prob",
      "meanRateNll",
    ]);
  });

  it("sorts by numbers as numbers, both ways, ties in their order, and what has no value last", () => {
    expect(names(sortRuns(many.runs, columns, "c_factors_dim"))).toEqual([0, 4, 1, 5, 2, 6, 3, 7]);
    expect(names(sortRuns(many.runs, columns, "-c_factors_dim"))).toEqual([3, 7, 2, 6, 1, 5, 0, 4]);
    const lacking = many.runs.map((run, i) => (i < 2 ? { ...run, results: {} } : run));
    expect(names(sortRuns(lacking, columns, "nll"))).toEqual([5, 2, 7, 4, 6, 3, 0, 1]);
    expect(names(sortRuns(lacking, columns, "-nll"))).toEqual([3, 6, 4, 7, 2, 5, 0, 1]);
    expect(names(sortRuns(many.runs, columns, "no such column"))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it.each([
    ["", [0, 1, 2, 3, 4, 5, 6, 7]],
    ["c_factors_dim=8", [2, 6]],
    ["c_factors_dim>4 c_keep_prob<0.85", [3, 6]],
    ["c_factors_dim>=8 nll<=0.35", [2, 7]],
    ["c_factors_dim!=2", [1, 2, 3, 5, 6, 7]],
    ["valid_nll<=0.35 c_factors_dim=16", [7]],
    ["param_AAAAA3", [3]],
    ["SETTING5", [4]],
    ["nothing of this", []],
    ["c_factors_dim=", []],
  ])("filters by %j", (filter, expected) => {
    expect(names(filterRuns(many.runs, columns, filter))).toEqual(expected);
  });

  it("knows which way each result is better, and no best where all are equal or neither way is", () => {
    expect(bestOf(many.runs, "nll")).toBe(Math.min(...many.runs.map(({ results }) => results.nll!)));
    expect(bestOf(many.runs, "bitsPerSpike")).toBe(Math.max(...many.runs.map(({ results }) => results.bitsPerSpike!)));
    expect(bestOf(many.runs, "epochs")).toBeNull();
    expect(bestOf(many.runs.slice(0, 1), "nll")).toBeNull();
    expect(cellOf(many.runs[1]!, columns[1]!)).toBe(4);
  });
});

describe("the choice in the address", () => {
  it("comes back as it was, whatever names have in them", () => {
    const choice = { run: "made/param_x/all", condition: "left & right#2 = 100%", trial: "12", turn: "-35,20" };
    expect(formatChoice(choice)).toBe(
      "#run=made/param_x/all&trial=12&condition=left+%26+right%232+%3D+100%25&turn=-35%2C20",
    );
    expect(parseChoice(formatChoice(choice))).toEqual(choice);
  });

  it("leaves out what it does not know", () => {
    expect(parseChoice("#run=a&nonsense=1&__proto__=2")).toEqual({ run: "a" });
    expect(parseChoice("")).toEqual({});
  });

  it("means the best run with details, the first trial and the busiest channel where it names nothing that exists", () => {
    expect(names([chosenRun(many, {})])).toEqual([0]);
    expect(names([chosenRun(many, { run: "gone" })])).toEqual([0]);
    expect(names([chosenRun(many, { run: many.runs[6]!.label })])).toEqual([6]);
    const detail = many.runs[0]!.detail!;
    const dataset = detail.datasets[0]!;
    const sums = Array.from({ length: 12 }, (_, n) =>
      [...matrixOf(dataset.rates).data].reduce((sum, rate, i) => sum + (i % 12 === n ? rate : 0), 0),
    );
    const busiest = sums.indexOf(Math.max(...sums));
    expect(chosenIndices(detail, dataset, { trial: "2", channel: "99", condition: "gone", factor: "x" })).toEqual({
      trial: 0,
      channel: busiest,
      condition: 0,
      factor: 0,
    });
    expect(chosenIndices(detail, dataset, { trial: "11", channel: "6", condition: "reach 3", factor: "17" })).toEqual({
      trial: 2,
      channel: 4,
      condition: 2,
      factor: 4,
    });
  });

  it("is another condition where the dataset lacks the one that is named", () => {
    const detail = madeReport({ datasets: 3 }).runs[0]!.detail!;
    expect(chosenIndices(detail, detail.datasets[0]!, { condition: "reach 4" }).condition).toBe(3);
    expect(chosenIndices(detail, detail.datasets[2]!, { condition: "reach 4" }).condition).toBe(0);
  });
});

describe("arrays", () => {
  const cube = matrixOf(
    encodeValues(
      Float32Array.from({ length: 24 }, (_, i) => i),
      [2, 3, 4],
    ),
  );

  it("are cut by the first axis, by column, and turned", () => {
    expect([...at(cube, 1).data]).toEqual([12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]);
    expect(column(at(cube, 1), 2)).toEqual([14, 18, 22]);
    expect(transposed(at(cube, 0)).shape).toEqual([4, 3]);
    expect([...transposed(at(cube, 0)).data]).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
  });

  it("of every type are decoded", () => {
    for (const array of [
      Uint8Array.of(0, 255),
      Uint16Array.of(1, 65535),
      Int32Array.of(-7, 1e9),
      Float32Array.of(-0.5, 3e30),
    ])
      expect(numbersOf(encodeValues(array))).toEqual([...array]);
  });

  it("have an extent without what is no number", () => {
    expect(extentOf([3, Number.NaN, -1], [7])).toEqual([-1, 7]);
    expect(extentOf([Number.NaN])).toEqual([0, 1]);
  });
});

describe("points in three dimensions", () => {
  it("are seen along the second axis at first, from above at 90 degrees", () => {
    const close = (turn: string, point: number[], expected: number[]) => {
      for (const [i, value] of rotate(parseTurn(turn), point).entries()) expect(value).toBeCloseTo(expected[i]!, 12);
    };
    close("0,0", [1, 2, 3], [1, 3, -2]);
    close("0,90", [1, 2, 3], [1, 2, 3]);
    close("90,0", [1, 2, 3], [2, 3, 1]);
    close("0,90", [1, 2], [1, 2, 0]);
  });

  it("keep their distances, whichever way they are turned", () => {
    for (const turn of ["35,40", "-170,-80", "90,12"]) {
      expect(Math.hypot(...rotate(parseTurn(turn), [1, -2, 3]))).toBeCloseTo(Math.hypot(1, -2, 3), 12);
    }
  });

  it("turn round and round, but not over", () => {
    expect(formatTurn(turned(parseTurn("170,80"), 20, 20))).toBe("-170,90");
    expect(formatTurn(turned(parseTurn("-170,-80"), -20, -20))).toBe("170,-90");
    expect(formatTurn(parseTurn("nonsense"))).toBe("35,40");
    expect(formatTurn(parseTurn("1e9"))).toBe("35,40");
  });
});

describe("colours", () => {
  const lightness = (colour: string) => {
    const [r, g, b] = colour.match(/\d+/g)!.map(Number) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const themes: Theme[] = ["light", "dark"];

  it.each(themes)("of numbers grow darker or lighter all along, away from the %s paper", (theme) => {
    const sign = theme === "light" ? -1 : 1;
    for (const ramp of [countRamp(theme), rateRamp(theme), (share: number) => signedRamp(theme)(0.5 + share / 2)]) {
      const steps = Array.from({ length: 21 }, (_, i) => sign * lightness(ramp(i / 20)));
      expect(steps).toEqual([...steps].sort((a, b) => a - b));
      expect(Math.abs(steps.at(-1)! - steps[0]!)).toBeGreaterThan(120);
    }
  });

  it.each(themes)("of few and of many things are all different on %s paper", (theme) => {
    for (const count of [1, 2, 6, 7, 65]) expect(new Set(seriesColours(count, theme)).size).toBe(count);
  });
});

describe("numbers in words", () => {
  it("have the digits that matter, a true minus, and a dash for none", () => {
    expect(
      [0, 12, -3, 0.123456, 310.2512, 1e-7, -0.5, null, Number.NaN, undefined].map((value) => shown(value)),
    ).toEqual(["0", "12", "−3", "0.1235", "310.3", "1e−7", "−0.5", "–", "–", "–"]);
    expect([0.3, -1.25, null].map((value) => fixed(value, 1))).toEqual(["0.3", "−1.3", "–"]);
  });

  it("say what part is shown", () => {
    expect([part(12, 230, "trial"), part(1, 1, "trial"), part(8, 8, "run")]).toEqual([
      "12 of 230 trials",
      "1 trial",
      "8 runs",
    ]);
  });
});

describe("the run that is compared with", () => {
  const [first, second, , fourth] = many.runs;
  const compare = (label: string) => comparedRun(many, first!, { compare: label });

  it("is the one that is named, unless it is the one that is looked at or none", () => {
    expect(compare(second!.label)?.run).toBe(second);
    expect([compare(first!.label), compare("no such run"), comparedRun(many, first!, {})]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("goes by the parameters that tell it from the other, by its name where these are too many or the run spec is another", () => {
    expect(compare(second!.label)?.name).toBe("c_factors_dim 4, c_keep_prob 0.85");
    expect(compare(fourth!.label)?.name).toBe("c_factors_dim 16");
    const more = { ...many, varying: [...many.varying, "seed"] };
    const runs = more.runs.map((run, i) => ({ ...run, params: { ...run.params, seed: i } }));
    expect(comparedRun({ ...more, runs }, runs[0]!, { compare: second!.label })?.name).toBe("param_AAAAA1");
    const all = { ...second!, spec: "all" };
    expect(comparedRun({ ...many, runs: [first!, all] }, first!, { compare: all.label })?.name).toBe(
      "all · param_AAAAA1",
    );
  });

  it("has the line of the same trial, condition and channel by their numbers and names, or none", () => {
    const compared = compare(second!.label)!;
    const dataset = second!.detail!.datasets[0]!;
    const line = comparedRates(compared, "dataset001", 6, 2);
    expect(line).toEqual({ times: numbersOf(dataset.timesMs), values: column(at(matrixOf(dataset.rates), 1), 1) });
    const average = comparedAverage(compared, "dataset001", "reach 3", 2);
    expect(average?.values).toEqual(column(at(matrixOf(dataset.averages!.psthModel), 2), 1));
    expect([
      comparedRates(compared, "dataset002", 6, 2),
      comparedRates(compared, "dataset001", 7, 2),
      comparedRates(compared, "dataset001", 6, 5),
      comparedRates(compare(fourth!.label)!, "dataset001", 6, 2),
      comparedAverage(compared, "dataset001", "reach 9", 2),
    ]).toEqual(new Array(5).fill(undefined));
  });
});

describe("the cell that keys go to", () => {
  const go = (cell: Cell | undefined, key: string) => movedCell(cell, key, [3, 5], { row: 2, column: 0 });
  it.each<[Cell | undefined, string, Cell | undefined]>([
    [undefined, "ArrowUp", { row: 2, column: 0 }],
    [undefined, "End", { row: 2, column: 0 }],
    [{ row: 1, column: 1 }, "ArrowUp", { row: 0, column: 1 }],
    [{ row: 1, column: 1 }, "ArrowRight", { row: 1, column: 2 }],
    [{ row: 2, column: 0 }, "ArrowDown", { row: 2, column: 0 }],
    [{ row: 0, column: 0 }, "ArrowLeft", { row: 0, column: 0 }],
    [{ row: 1, column: 3 }, "Home", { row: 1, column: 0 }],
    [{ row: 1, column: 3 }, "End", { row: 1, column: 4 }],
    [{ row: 1, column: 3 }, "Tab", undefined],
  ])("from %j by %s to %j", (cell, key, expected) => expect(go(cell, key)).toEqual(expected));
});
