import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import {
  anonymous,
  build,
  leftovers,
  ownLfadsfile,
  record,
  results,
  writeLfadsfile,
} from "../bad-input/own-recordings.js";
import { inFolder, lfads, lfadsMain } from "../cli/run-lfads.js";

const epochs = 1500;
const lfadsfile = ownLfadsfile({ params: `maxEpochs: ${epochs}, c_learning_rate_stop: 1e-30,` });
const train = "look/param_*/single_a:train";
const afterTrain = ["results", "posterior_sample_and_average", "evaluate", "posterior_push_mean", "model-params"];
const skipped = afterTrain.map((rule) => `- skipped   look/param_*/single_a:${rule}  because ${train} failed\n`);

/** A file of the export, which is made before the training. */
const isExported = (name: string) => /\/(lfads_a\.h5|inputInfo_a\.mat)$/.test(name);

/** Ids of a process's children, as Linux tells them. */
function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(/\s+/).filter(Boolean).map(Number);
}

function scratchFiles(dir: string): string[] {
  try {
    return readdirSync(join(dir, ".lfads/scratch"), { recursive: true }).map(String);
  } catch {
    return [];
  }
}

/** Starts a build, and calls `stop` with its process id once the training names a checkpoint to go on from as whole. */
function buildUntilCheckpoint(dir: string, stop: (pid: number) => void) {
  const child = spawn(process.execPath, [lfadsMain, "build", "--jobs", "1"], {
    cwd: dir,
    detached: true, // a process group of its own, as in a terminal
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  const text = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text.out += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    text.err += chunk;
  });
  const timer = setInterval(() => {
    if (!scratchFiles(dir).some((name) => name.endsWith("/saved"))) return;
    clearInterval(timer);
    stop(child.pid!);
  }, 2);
  return new Promise<{ code: number | null; signal: string | null; out: string; err: string }>((resolve) => {
    child.on("close", (code, signal) => {
      clearInterval(timer);
      // A slow machine tells every ten seconds how far it is.
      const err = anonymous(dir, text.err).replace(/^ {2}running .*\n/gm, "");
      resolve({ code, signal, out: anonymous(dir, text.out), err });
    });
  });
}

let undisturbed: Map<string, string>;
beforeAll(async () => {
  await inFolder(lfadsfile, async (dir) => {
    await record(dir, "a");
    const { code, err } = build(dir);
    if (code !== 0) throw new Error(err);
    undisturbed = results(dir);
  });
});

/** The next build goes on from a checkpoint, and ends with the very files of an undisturbed one. */
function expectToGoOn(dir: string) {
  const { code, err } = build(dir);
  expect(code).toBe(0);
  expect(err).not.toContain(":export");
  const [, epoch] = /^Going on after epoch (\d+), from its checkpoint\.$/m.exec(
    lfads(dir, "logs", `look/**:train`).out,
  )!;
  expect(Number(epoch)).toBeGreaterThan(0);
  expect(Number(epoch)).toBeLessThan(epochs);
  expect([...results(dir).keys()]).toEqual([...undisturbed.keys()]);
  for (const [name, bytes] of results(dir))
    expect({ name, same: bytes === undisturbed.get(name) }).toEqual({ name, same: true });
  expect(leftovers(dir)).toEqual([]);
  expect(scratchFiles(dir)).toEqual([]);
}

const untilTrain =
  "  started   own/a:dataset\n✓ ran       own/a:dataset  _ s\n" +
  "  started   look/data_*/single_a/a:export\n✓ ran       look/data_*/single_a/a:export  _ s\n" +
  `  started   ${train}\n`;

describe("a training that is stopped half-way", () => {
  it("by the death of its process fails alone and says so; the next build goes on", async () => {
    await inFolder(lfadsfile, async (dir) => {
      await record(dir, "a");
      const stopped = await buildUntilCheckpoint(dir, (pid) => {
        for (const worker of childrenOf(pid)) process.kill(worker, "SIGKILL");
      });
      const withoutLog = stopped.err.replace(/^ {6}\| epoch,.*\n/gm, "");
      expect(withoutLog).toBe(
        `${untilTrain}✗ failed    ${train}  _ s\n    The process of this target was ended by SIGKILL.\n` +
          "      Build again: it goes on from what it saved. If the machine ran out of memory, build with fewer --jobs or less data at once.\n" +
          `      log: <dir>/.lfads/logs/look~param_*~single_a@train.log\n${skipped.join("")}`,
      );
      expect(stopped).toMatchObject({ code: 1, out: "Failed after _ s: 2 ran, 1 failed, 5 skipped, 2 not run.\n" });
      // What it was just writing goes when the training goes on.
      expect(leftovers(dir).filter((path) => !path.startsWith(".lfads/scratch/"))).toEqual([]);
      expectToGoOn(dir);
    });
  });

  it.each([
    ["Ctrl-C, which all its processes get,", "SIGINT", (pid: number) => -pid],
    ["SIGINT", "SIGINT", (pid: number) => pid],
    ["SIGTERM", "SIGTERM", (pid: number) => pid],
    ["SIGHUP", "SIGHUP", (pid: number) => pid],
  ] as const)(
    "by %s ends the build with 130 and leaves nothing half done; the next one goes on",
    async (_, signal, receiver) => {
      await inFolder(lfadsfile, async (dir) => {
        await record(dir, "a");
        const stopped = await buildUntilCheckpoint(dir, (pid) => process.kill(receiver(pid), signal));
        expect(stopped).toEqual({
          code: 130,
          signal: null,
          out: "Interrupted after _ s: 2 ran, 8 not run.\n",
          err: untilTrain,
        });
        expect(leftovers(dir)).toEqual([]);
        expect([...results(dir).keys()]).toEqual([...undisturbed.keys()].filter((name) => isExported(name)));
        expectToGoOn(dir);
      });
    },
  );

  it("by the death of the build itself leaves nothing half done in the runs; the next build takes over", async () => {
    await inFolder(lfadsfile, async (dir) => {
      await record(dir, "a");
      const stopped = await buildUntilCheckpoint(dir, (pid) => process.kill(pid, "SIGKILL"));
      expect(stopped).toEqual({ code: null, signal: "SIGKILL", out: "", err: untilTrain });
      expect([...results(dir).keys()]).toEqual([...undisturbed.keys()].filter((name) => isExported(name)));
      expectToGoOn(dir);
    });
  });
});

describe("a training that diverges", () => {
  it("says in which step, at which rate and where; a lower rate is built next", async () => {
    const tooFast = ownLfadsfile({ params: "c_learning_rate_init: 1e30," });
    await inFolder(tooFast, async (dir) => {
      await record(dir, "a");
      const { code, out, err } = build(dir, "--jobs", "1");
      expect(err).toBe(
        `${untilTrain}✗ failed    ${train}  _ s\n` +
          "    Training diverged in step 2 (epoch 1, learning rate 1e+30): the gradient of LFADS_ic_enc_fwd_ic_enc_t0_fwd is no longer finite.\n" +
          "      Lower c_learning_rate_init or c_max_grad_norm, or check the recording for channels with extreme counts.\n" +
          skipped.join(""),
      );
      expect({ code, out }).toEqual({ code: 1, out: "Failed after _ s: 2 ran, 1 failed, 5 skipped, 2 not run.\n" });
      expect(leftovers(dir)).toEqual([]);
      expect([...results(dir).keys()].filter((name) => !isExported(name))).toEqual([]);
      expect(lfads(dir, "status").out).toMatch(/ failed\n/);

      writeLfadsfile(dir, tooFast.replace("1e30", "0.02"));
      expect(build(dir).out).toMatch(/^Built in _ s: 8 ran, 2 fresh\.\n/);
    });
  });
});
