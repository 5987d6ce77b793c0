import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inFolder, lfads } from "../cli/run-lfads.js";
import { build, leftovers, ownLfadsfile, record, writeLfadsfile } from "./own-recordings.js";

const atParams = 'error: lfadsfile.ts › collections[0] "look" › params[0]';
const atDatasets = 'error: lfadsfile.ts › collections[0] "look" › datasets "own"';
const named = (name: string) => ownLfadsfile({ mapping: `binMs: 1, name: () => ${JSON.stringify(name)}` });
const nameFailure = (name: string, reason: string) =>
  `${atDatasets}: ${JSON.stringify(name)} cannot be the name of a dataset, because folders and files are named after it: ` +
  `${reason}.\n  The name comes from <dir>/data/a.h5.\n`;

const cases: readonly (readonly [title: string, lfadsfile: string, message: string])[] = [
  [
    "throws",
    'import { lorenz } from "lfads";\nfunction choose() {\n  throw new Error("no session of today");\n}\nexport default choose();\n',
    "error: lfadsfile.ts:3:9: no session of today\n",
  ],
  [
    "exports nothing",
    "const project = 1;\n",
    "error: lfadsfile.ts: It has no default export.\n  Write: export default defineLfads({ … })\n",
  ],
  [
    "exports something else",
    "export default { collections: [] };\n",
    "error: lfadsfile.ts: Its default export is not what defineLfads returns.\n  Write: export default defineLfads({ … })\n",
  ],
  ["cannot be parsed", "export default {\n  root: ,\n};\n", 'error: lfadsfile.ts:2:9: Unexpected ",".\n  root: ,\n'],
  ["names a dataset ../x", named("../x"), nameFailure("../x", "it starts with a dot")],
  ["names a dataset a/x", named("a/x"), nameFailure("a/x", "it contains /")],
  [
    "leaves nothing to infer and asks for what does not go together",
    ownLfadsfile({ params: 'c_ic_dim: 0, c_cd_pass_rate: 0.1, trainOnly: "readinReadout",' }).replace(
      "c_ic_dim: 2,",
      "",
    ),
    `${atParams} › c_ic_dim: c_ic_dim and c_co_dim are both 0: the model would infer nothing from a trial, and all trials would look alike.\n` +
      "  Give it an initial condition, such as c_ic_dim: 64, or inferred inputs, such as c_co_dim: 4.\n" +
      `${atParams} › c_cd_pass_rate: c_cd_pass_rate is 0.1, but c_cd_rate is 0: without coordinated dropout there is nothing to pass.\n` +
      "  Set c_cd_rate, or leave c_cd_pass_rate out.\n" +
      `${atParams} › trainOnly: trainOnly is "readinReadout", but there is no initFrom: the rest would stay as it was drawn at random.\n` +
      "  Name the run to start from with initFrom.\n",
  ],
  [
    "starts from a run that is not there",
    ownLfadsfile({ params: 'name: "fine", initFrom: "look/base/single_a", trainOnly: "encoders",' }),
    `${atParams} › initFrom: No run is called "look/base/single_a": did you mean "look/fine/single_a"?\n`,
  ],
  [
    "misspells a parameter and gives another a wrong value",
    ownLfadsfile({ params: "c_gen_dims: 8, c_keep_prob: 1.5," }),
    `${atParams}: Unknown parameter c_gen_dims: did you mean c_gen_dim?\n` +
      `${atParams} › c_keep_prob: c_keep_prob is 1.5, but must be a number above 0 and at most 1.\n`,
  ],
];

describe("a lfadsfile that", () => {
  it.each(cases)("%s ends the build with 2, its place and what to do, and makes nothing", async (_, text, message) => {
    await inFolder(text, async (dir) => {
      await record(dir, "a");
      expect(build(dir)).toEqual({ code: 2, out: "", err: message });
      expect(leftovers(dir)).toEqual([]);
      expect(["runs", ".lfads/actions", ".lfads/store"].filter((name) => existsSync(join(dir, name)))).toEqual([]);
    });
  });

  it("throws ends the other commands in the same way, and is in nobody's way when mended", async () => {
    const [, text, message] = cases[0]!;
    await inFolder(text, async (dir) => {
      await record(dir, "a");
      for (const command of ["status", "graph", "clean"]) {
        expect({ command, ...lfads(dir, command) }).toEqual({ command, code: 2, out: "", err: message });
      }
      writeLfadsfile(dir);
      expect(build(dir, "own/**")).toMatchObject({ code: 0, out: "Built in _ s: 1 ran.\n" });
    });
  });

  it("throws shows the stack with --verbose only", () => {
    inFolder(cases[0]![1], (dir) => {
      const { code, err } = lfads(dir, "build", "--verbose");
      expect(code).toBe(2);
      expect(err).toMatch(
        /^error: lfadsfile\.ts:3:9: no session of today\n {2}Error: no session of today\n {6}at choose /,
      );
    });
  });
});
