import { expect, it } from "vitest";
import { painter } from "#lib/cli/paint.js";
import { type RunRow, runTable } from "#lib/cli/run-table.js";

interface Row extends RunRow {
  readonly a: string;
  readonly b: string;
}

const row = (label: string, setting = "c_gen_dim 64", a = "0.125", b = "17"): Row => ({ label, setting, a, b });
const columns = [
  { title: "a", text: ({ a }: Row) => a },
  { title: "often", text: ({ b }: Row) => b, goes: 1 },
  { title: "seldom", text: ({ b }: Row) => b, goes: 0 },
  { title: "nobody has it", text: () => "", goes: 2 },
];
const table = (rows: readonly Row[], width = Number.POSITIVE_INFINITY) =>
  runTable(rows, columns, { width, all: "lfads status --csv", paint: painter(false) });

const rows = [row("one/param_1/all"), row("one/param_2/all"), row("two/param_1/single_a", "")];

it("has each collection on a line of its own, and the columns that some run has", () => {
  expect(table(rows)).toEqual([
    "run                 setting           a  often  seldom",
    "one",
    "  param_1/all       c_gen_dim 64  0.125     17      17",
    "  param_2/all       c_gen_dim 64  0.125     17      17",
    "two",
    "  param_1/single_a                0.125     17      17",
  ]);
});

it("takes targets for runs, under another title", () => {
  const targets = [row("one/param_1/all:train"), row("one:summary", "")];
  const lines = runTable(targets, columns, { width: 100, all: "", paint: painter(false), title: "result" });
  expect(lines.map((line) => line.slice(0, 17).trimEnd())).toEqual(["result", "one", "  param_1/all:tra", "  summary"]);
});

it("has whole labels where the runs of a collection do not stand together", () => {
  expect(table([rows[0]!, rows[2]!, rows[1]!]).map((line) => line.split(" ")[0])).toEqual([
    "run",
    "one/param_1/all",
    "two/param_1/single_a",
    "one/param_2/all",
  ]);
});

it.each([
  [54, "run                 setting           a  often  seldom", []],
  [53, "run                 setting           a  often", ["1 column left out: lfads status --csv has them."]],
  [45, "run                 setting           a", ["2 columns left out: lfads status --csv has them."]],
])("in %i columns leaves out what matters least, and says so", (width, head, note) => {
  const lines = table(rows, width);
  expect([lines[0], lines.slice(6)]).toEqual([head, note]);
  expect(Math.max(...lines.slice(0, 6).map(({ length }) => length))).toBeLessThanOrEqual(width);
});

it("shortens settings where that is not enough, but keeps enough of them", () => {
  const long = [row("one/param_1/all", "c_gen_dim 64, c_factors_dim 8, c_l2_gen_scale 2000")];
  expect(table(long, 50)[2]).toBe("  param_1/all  c_gen_dim 64, c_factors_dim…  0.125");
  expect(table(long, 20)[2]).toBe("  param_1/all  c_gen_dim 6…  0.125");
});
