import { expect, it } from "vitest";
import { inFolder, lfads } from "../cli/run-lfads.js";
import { runPage } from "../docs/run-page.js";

it("what docs/metrics.md shows is what the command prints, on any machine", () => {
  inFolder(undefined, (dir) => {
    const steps = runPage("metrics.md", dir, () => expect(lfads(dir, "build").code).toBe(0));
    expect(steps.map(({ command, printed }) => [command, printed])).toEqual(
      steps.map(({ command, expected }) => [command, expected]),
    );
    expect(steps).toHaveLength(1);
  });
});
