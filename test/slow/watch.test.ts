import { spawn } from "node:child_process";
import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { anonymous, leftovers, ownLfadsfile, record, writeLfadsfile } from "../bad-input/own-recordings.js";
import { inFolder, lfads, lfadsMain } from "../cli/run-lfads.js";
import { writeLoader, writeProject } from "../loaders/loader-project.js";

/** A running `lfads watch` and what it has printed, both streams in the order in which they came. */
function startWatch(dir: string, ...args: readonly string[]) {
  // One pipe for both: of two, the later one may be read first.
  const command = ["-c", 'exec "$0" "$@" 2>&1', process.execPath, lfadsMain, "watch", ...args];
  const child = spawn("sh", command, {
    cwd: dir,
    env: { ...process.env, NO_COLOR: "1" },
  });
  let text = "";
  let look = () => {};
  child.stdout.setEncoding("utf8").on("data", (more: string) => {
    text += more;
    look();
  });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return {
    /** What came up to the end of this, which is taken away. */
    async until(end: string): Promise<string> {
      await new Promise<void>((resolve) => {
        look = () => {
          if (text.includes(end)) resolve();
        };
        look();
      });
      const at = text.indexOf(end) + end.length;
      const before = text.slice(0, at);
      text = text.slice(at);
      return anonymous(dir, before);
    },
    rest: () => anonymous(dir, text),
    async interrupt(): Promise<number | null> {
      child.kill("SIGINT");
      return await ended;
    },
  };
}

const ends = "Ctrl-C ends.\n";
const exports = "look/*/*/*:export";

describe("lfads watch", () => {
  it("builds again when recordings come, change and go, and when the lfadsfile or what it imports changes", async () => {
    await inFolder(undefined, async (dir) => {
      writeLfadsfile(
        dir,
        ownLfadsfile({ params: "...extra" }).replace("\n", '\nimport { extra } from "./extra.ts";\n'),
      );
      writeFileSync(join(dir, "extra.ts"), "export const extra = {};\n");
      await record(dir, "a");
      const watch = startWatch(dir, exports, "--jobs", "1");
      expect(await watch.until(ends)).toBe(
        "  started   own/a:dataset\n✓ ran       own/a:dataset  _ s\n" +
          "  started   look/data_*/single_a/a:export\n✓ ran       look/data_*/single_a/a:export  _ s\n" +
          "Built in _ s: 2 ran.\nWaiting for changes of the lfadsfile and 1 recording. Ctrl-C ends.\n",
      );

      await record(dir, "b");
      expect(await watch.until(ends)).toBe(
        "\ndata/b.h5 is new: building again.\n" +
          "  started   own/b:dataset\n✓ ran       own/b:dataset  _ s\n" +
          "  started   look/data_*/single_b/b:export\n✓ ran       look/data_*/single_b/b:export  _ s\n" +
          "Built in _ s: 2 ran, 2 fresh.\nWaiting for changes of the lfadsfile and 2 recordings. Ctrl-C ends.\n",
      );

      await record(dir, "b", { edit: (counts) => counts.fill(1, 0, 5) });
      expect(await watch.until(ends)).toMatch(/^\ndata\/b\.h5 changed: building again\.\n(.|\n)*: 2 ran, 2 fresh\.\n/);

      writeFileSync(join(dir, "extra.ts"), "export const extra = { trainToTestRatio: 2 };\n");
      expect(await watch.until(ends)).toMatch(/^\nextra\.ts changed: building again\.\n(.|\n)*: 2 ran, 2 fresh\.\n/);

      const text = readFileSync(join(dir, "lfadsfile.ts"), "utf8");
      writeFileSync(join(dir, "lfadsfile.ts"), text.replace("spikeBinMs", "spikeBinsMs"));
      expect(await watch.until(ends)).toBe(
        "\nthe lfadsfile changed: building again.\n" +
          'error: lfadsfile.ts › collections[0] "look" › params[0]: Unknown parameter spikeBinsMs: did you mean spikeBinMs?\n' +
          "Waiting for changes of the lfadsfile. Ctrl-C ends.\n",
      );
      writeFileSync(join(dir, "new.ts"), text);
      renameSync(join(dir, "new.ts"), join(dir, "lfadsfile.ts"));
      expect(await watch.until(ends)).toMatch(
        /^\nthe lfadsfile changed: building again\.\nAll 2 targets are fresh\.\n/,
      );

      rmSync(join(dir, "data/b.h5"));
      expect(await watch.until(ends)).toMatch(
        /^\ndata\/b\.h5 is gone: building again\.\n(.|\n)*The target is fresh\.\n/,
      );

      appendFileSync(join(dir, "lfadsfile.ts"), "// a comment means nothing\n");
      await record(dir, "c");
      expect(await watch.until(ends)).toMatch(/^\ndata\/c\.h5 is new: building again\./);
      expect(await watch.interrupt()).toBe(130);
      expect(watch.rest()).toBe("");
      expect(leftovers(dir)).toEqual([]);
    });
  });

  it("tells which file of a loader was edited, also while its code is wrong", async () => {
    await inFolder(undefined, async (dir) => {
      writeProject(dir, 'loader("./load.ts", { datasets: "*.txt" })');
      writeLoader(dir);
      const watch = startWatch(dir, ":load");
      expect(await watch.until(ends)).toMatch(/Waiting for changes of the lfadsfile and 1 file\. Ctrl-C ends\.\n$/);
      writeFileSync(join(dir, "scale.ts"), "export const scaleOf = () => 2;\n");
      expect(await watch.until(ends)).toMatch(/^\nscale\.ts changed: building again\.\n(.|\n)*: 1 ran\.\n/);
      writeFileSync(join(dir, "scale.ts"), "export const scaleOf = () => ;\n");
      expect(await watch.until(ends)).toMatch(
        /^\nscale\.ts changed: building again\.\nerror: .*scale\.ts:1:\d+: Unexpected ";"\.\n/,
      );
      writeFileSync(join(dir, "scale.ts"), "export const scaleOf = () => 4;\n");
      expect(await watch.until(ends)).toMatch(/^\nthe project changed: building again\.\n(.|\n)*: 1 ran\.\n/);
      writeFileSync(join(dir, "data/day1.txt"), "8");
      expect(await watch.until(ends)).toMatch(/^\ndata\/day1\.txt changed: building again\.\n/);
      expect(await watch.interrupt()).toBe(130);
    });
  });

  it("a change stops the build that goes on and starts it anew; Ctrl-C ends both", async () => {
    await inFolder(ownLfadsfile({ params: "maxEpochs: 1000000," }).replace("maxEpochs: 2, ", ""), async (dir) => {
      await record(dir, "a");
      const watch = startWatch(dir, ":train");
      await watch.until("started   look/");
      await watch.until(":train\n");
      writeLfadsfile(dir);
      expect(await watch.until(ends)).toMatch(
        /^Interrupted after _ s: (.|\n)*\nthe lfadsfile changed: building again\.\n(.|\n)*✓ ran {7}look\/param_\*\/single_a:train {2}_ s\nBuilt in _ s: 1 ran, 2 fresh\.\n/,
      );
      writeLfadsfile(dir, ownLfadsfile({ params: "maxEpochs: 1000000, seed: 3," }).replace("maxEpochs: 2, ", ""));
      await watch.until(":train\n");
      expect(await watch.interrupt()).toBe(130);
      expect(watch.rest()).toMatch(/^Interrupted after _ s: /);
      expect(leftovers(dir)).toEqual([]);
    });
  });

  it("ends at once when the command line is wrong", async () => {
    await inFolder(ownLfadsfile(), async (dir) => {
      await record(dir, "a");
      expect(lfads(dir, "watch", "loook")).toEqual({
        code: 2,
        out: "",
        err: 'error: No target matches "loook".\n  Did you mean "look"?\n',
      });
    });
  });
});
