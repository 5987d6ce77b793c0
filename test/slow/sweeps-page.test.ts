import { expect, it } from "vitest";
import { inFolder, lfads } from "../cli/run-lfads.js";
import { runPage } from "../docs/run-page.js";

it("what docs/sweeps.md shows is what the commands print: one more value trains one more run, one less deletes nothing", () => {
  inFolder(undefined, (dir) => {
    const steps = runPage("sweeps.md", dir, () => expect(lfads(dir, "build").code).toBe(0));
    expect(steps.map(({ command, printed }) => [command, printed])).toEqual(
      steps.map(({ command, expected }) => [command, expected]),
    );
    expect(steps).toHaveLength(14);
  });
});
