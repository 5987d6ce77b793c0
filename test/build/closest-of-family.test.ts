import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { countDifferences, flatParams } from "#lib/build/flat-params.js";
import { ToyProject } from "./toy-project.js";

describe("the closest relative of a target that was never built", () => {
  let project: ToyProject;
  beforeEach(() => {
    project = new ToyProject();
    project.options = { family: (label) => label.replace(/param_\w+/, "param_*") };
  });
  afterEach(() => project.remove());

  const run = (name: string, params: object) => project.target(`c/param_${name}/s:train`, [], params);

  test("is of a large sweep the one with the same values, not one of those built last", async () => {
    const sweep = (text?: string) =>
      Array.from({ length: 30 }, (_, i) => run(`${text ?? "a"}${i}`, { rate: i, deep: { other: [1, i] }, text }));
    await project.build(sweep());
    const plan = await project.plan(sweep("b"));
    for (let i = 0; i < 30; i++) {
      expect(plan.verdicts.get(`c/param_b${i}/s:train`)).toMatchObject({
        reasons: [
          {
            kind: "never-built",
            closest: {
              target: `c/param_a${i}/s:train`,
              differences: [{ kind: "param", path: "text", old: undefined, new: "b" }],
            },
          },
        ],
      });
    }
  });

  test("is of equally near settings the one with the fewest changed inputs", async () => {
    const withInput = (name: string, file: string) =>
      project.target(
        `c/param_${name}/s:train`,
        [],
        { text: name },
        { inputs: [{ name: "x", file: project.path(file) }] },
      );
    project.write("old.txt", "old");
    project.write("new/old.txt", "new");
    await project.build([withInput("a", "old.txt")]);
    await project.build([withInput("a", "old.txt"), withInput("b", "new/old.txt")]);
    const plan = await project.plan([withInput("c", "old.txt")]);
    expect(plan.verdicts.get("c/param_c/s:train")).toMatchObject({
      reasons: [{ closest: { target: "c/param_a/s:train", differences: [{ path: "text", old: "a", new: "c" }] } }],
    });
  });
});

describe("how many parameters differ", () => {
  test("counts changed, added and missing paths, up to the most that matter", () => {
    const old = flatParams({ same: 1, list: [1, 2], deep: { changed: true, gone: null } });
    const now = flatParams({ same: 1, list: [1, 3], deep: { changed: false }, added: { x: "y" } });
    expect([...now.keys()]).toEqual(["same", "list", "deep.changed", "added.x"]);
    expect(countDifferences(old, now, 10)).toBe(4);
    expect(countDifferences(old, now, 3)).toBe(3);
    expect(countDifferences(old, old, 1)).toBe(0);
  });
});
