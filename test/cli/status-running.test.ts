import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { inFolder, lfads, lfadsMain, tinyLfadsfile } from "./run-lfads.js";

it("lfads status tells epoch, costs, speed and time of a training that another process runs", async () => {
  await inFolder(tinyLfadsfile("maxEpochs: 100000, c_learning_rate_stop: 1e-30,"), async (dir) => {
    const build = spawn(process.execPath, [lfadsMain, "build", "stitched:train"], { cwd: dir, stdio: "ignore" });
    const ended = once(build, "exit");
    try {
      const fields = () =>
        Object.entries<{ progress?: unknown }>(JSON.parse(lfads(dir, "status", "--json").out).running);
      // recordings and exports run before, and a training that has just started tells nothing yet
      while (!fields().some(([label, { progress }]) => label.endsWith(":train") && progress)) await wait(50);
      const [, text] = lfads(dir, "status").out.split("\n\nrunning\n");
      expect(text).toMatch(
        /^stitched\/param_[\w-]{6}\/all:train {2}\d+:\d\d(:\d\d)? left {2}epoch \d+ {2}train [\d.]+ {2}valid [\d.]+ {2}lr [\d.e-]+ {2}epochs\/s \d+(\.\d+)?\n$/,
      );
      expect(lfads(dir, "logs", "stitched:train").err).toMatch(/^Running: \d.* left {2}epoch \d+ {2}train /);
    } finally {
      build.kill();
      await ended;
    }
    expect(lfads(dir, "status").out).not.toContain("running");
  });
});
