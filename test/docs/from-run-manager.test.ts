import { join } from "node:path";
import { expect, it } from "vitest";
import { inFolder } from "../cli/run-lfads.js";
import { usualTree, writeRunManagerTree } from "../run-manager/run-manager-tree.js";
import { runPage } from "./run-page.js";

it("every command of the page about the Run Manager prints what the page says", async () => {
  await inFolder(undefined, async (dir) => {
    await writeRunManagerTree(join(dir, "runs", "exampleRun"), usualTree);
    const steps = runPage("from-run-manager.md", dir, () => {});
    for (const { command, expected, printed } of steps)
      expect({ command, printed }).toEqual({ command, printed: expected });
    expect(steps.map(({ command }) => command.split(" ")[1])).toEqual(["import", "build", "status", "-n", "status"]);
  });
});
