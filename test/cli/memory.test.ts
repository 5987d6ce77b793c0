import { expect, it } from "vitest";
import { inFolder, lfads, tinyLfadsfile } from "./run-lfads.js";

it("what a run takes is told once its recordings were read, and a run that is too large goes alone, with a warning", () => {
  inFolder(tinyLfadsfile(), (dir) => {
    const line = (label: string, ...args: string[]) =>
      lfads(dir, "build", "--dry-run", ...args)
        .out.split("\n")
        .find((each) => each.includes(label));
    expect(lfads(dir, "build", "--dry-run").out).not.toContain("memory");
    expect(lfads(dir, "show", "stitched:train").out).not.toContain("memory");
    lfads(dir, "build", ":dataset");
    expect(line("/all:train", "--jobs", "1")).toMatch(/:train +\d{3} MB {2}/);
    expect(line("/all:posterior_push_mean")).toMatch(/:posterior_push_mean +\d{3} MB {2}/);
    expect(line("/all:model-params")).toMatch(/:model-params {3,}/);
    const { targets } = JSON.parse(lfads(dir, "build", "--dry-run", "--json", "--jobs", "1").out);
    const bytes = Object.fromEntries(
      targets.map(({ label, memoryBytes }: { label: string; memoryBytes: number }) => [
        label.split("/").at(-1),
        memoryBytes,
      ]),
    );
    expect(bytes["dataset001:dataset"]).toBeNull();
    expect(bytes["all:train"]).toBeGreaterThan(100e6);
    expect(lfads(dir, "show", "stitched:train").out).toMatch(/^ {2}memory {3}about \d{3} MB with \d+ threads?$/m);
    const told = JSON.parse(lfads(dir, "show", "stitched:train", "--json").out).memory;
    expect(told.bytes).toBeGreaterThanOrEqual(bytes["all:train"]);

    const { code, err } = lfads(dir, "build", "stitched:train", "--memory", "90MB");
    expect(code).toBe(0);
    expect(err).toMatch(
      /^warning: It needs about \d{3} MB of memory, and the build may use 90 MB \(--memory\): it runs alone, and the system may end it\. \(stitched\/param_[\w-]{6}\/all:train\)$/m,
    );
  });
});
