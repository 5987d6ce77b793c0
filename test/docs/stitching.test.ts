import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { inFolder, lfads } from "../cli/run-lfads.js";
import { runPage } from "./run-page.js";

const picture = fileURLToPath(new URL("../../docs/pictures/alignment.svg", import.meta.url));

it("what the page about stitching shows is what the commands print and draw", () => {
  inFolder(undefined, (dir) => {
    const steps = runPage("stitching.md", dir, () => expect(lfads(dir, "build", ":align").code).toBe(0));
    expect(steps.map(({ command, printed }) => [command, printed])).toEqual(
      steps.map(({ command, expected }) => [command, expected]),
    );
    expect(steps).toHaveLength(2);
    expect(readFileSync(join(dir, "alignment.svg"), "utf8")).toBe(readFileSync(picture, "utf8"));
  });
});
