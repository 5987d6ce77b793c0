import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Job } from "#lib/build/executor.js";
import { runRule } from "#lib/build/run-rule.js";
import { bundleModule } from "#lib/config/bundle-module.js";
import { rules } from "#rules/index.js";
import { inFolder } from "../cli/run-lfads.js";
import { loaderText, writeLoader } from "./loader-project.js";

/** Runs a rule in this process; its failure, and what it logged. Paths of the folder are `<dir>`. */
async function run(dir: string, job: Pick<Job, "rule" | "params" | "settings" | "inputs">) {
  const lines: string[] = [];
  const [out, scratch] = [join(dir, "out"), join(dir, "scratch")];
  mkdirSync(out);
  const listener = { log: (line: string) => lines.push(line), warn: () => {}, progress: () => {} };
  const whole: Job = { label: "own/day1:load", threads: 1, out, scratch, ...job };
  const result = await runRule(rules, whole, listener, new AbortController().signal);
  const shown = (text: string | undefined) => text?.replaceAll(dir, "<dir>");
  const failure = result.ok ? undefined : result.error;
  const told = failure && [failure.where, failure.what].filter(Boolean).map(shown).join(": ");
  return { told, hint: shown(failure?.hint), kind: failure?.kind, lines: lines.map(shown) };
}

const file = (dir: string, name: string) => {
  writeFileSync(join(dir, name), "5");
  return [{ name, path: join(dir, name), digest: "" }];
};

async function load(dir: string, text: string) {
  writeLoader(dir, text);
  const module = join(dir, "load.ts");
  const bundle = await bundleModule({ file: module, kind: "loader", dir }, join(dir, "cache"));
  if (!bundle.ok) throw new Error(JSON.stringify(bundle.error));
  return run(dir, {
    rule: "load",
    params: { dataset: "day1", mode: "export", values: { spikeBinMs: 5, shift: 0 } },
    settings: { module, dir, withheld: ["note"] },
    inputs: {
      code: [{ name: "load.ts", path: bundle.value.file, digest: dir.replace(/\W/g, "") }],
      file: file(dir, "day1.txt"),
      files: file(dir, "extra.csv"),
    },
  });
}

describe("a loader", () => {
  it("gets its dataset, parameters, declared files and what its trials are for, and can print", async () => {
    const body = "process.emitWarning; globalThis.seen = { dataset, params: { ...params }, mode, files };";
    await inFolder("", async (dir) => {
      const { told, lines } = await load(dir, loaderText(body));
      expect({ told, lines }).toEqual({ told: undefined, lines: ["day1: 12 trials × 3 channels × 20 bins."] });
      const path = join(dir, "day1.txt");
      expect((globalThis as { seen?: unknown }).seen).toEqual({
        dataset: { name: "day1", file: path, files: [path] },
        params: { spikeBinMs: 5, shift: 0 },
        mode: "export",
        files: { "extra.csv": join(dir, "extra.csv") },
      });
    });
  });

  it.each([
    [
      "const x = undefined as any; x.y();",
      "load.ts:8:33: TypeError: Cannot read properties of undefined (reading 'y').",
    ],
    ["throw 'plain';", "load.ts: plain."],
    [
      "try { params.note; } catch {}",
      "load.ts:8:16: The loader reads note, which is declared not to affect data: a change of it would not run the loader again.",
    ],
    ["(files as any)['extr.csv'];", "load.ts:8:4: The loader asks for the file extr.csv, which is not declared."],
    ["(params as any).c_gen_dim;", "load.ts:8:19: The loader reads c_gen_dim, which does not affect data."],
    ["return { binMs: 1 } as any;", "load.ts: The loader returned no counts."],
    [
      "return { counts: [[[1, 2, 3]]], timeVecMs: [1, 2, 4] };",
      "load.ts:timeVecMs: The time is not evenly spaced: from bin 1 to bin 2 it moves by 1 ms.",
    ],
  ])("that goes wrong fails its target, with the place in its own source: %s", async (body, told) => {
    await inFolder("", async (dir) => {
      expect(await load(dir, loaderText(body))).toMatchObject({ told });
    });
  });

  it("must export a function", async () => {
    await inFolder("", async (dir) => {
      expect(await load(dir, "export default 3;")).toMatchObject({
        told: "load.ts: The loader has no function as its default export.",
      });
    });
  });
});

describe("a command", () => {
  const command = (dir: string, words: readonly string[], timeout = {}) =>
    run(dir, {
      rule: "command",
      params: { dataset: "day1", words, values: { spikeBinMs: 5 } },
      settings: { dir, source: { kind: "h5", counts: "spikes", binMs: 1 }, ...timeout },
      inputs: { file: file(dir, "day1.txt") },
    });

  it.each([
    [["no-such-program", "{out}"], "The program no-such-program of the command is not there."],
    [["sh", "-c", "echo it\\'s; exit 3", "{file}"], "The command ended with exit code 3."],
    [["true", "{out}"], "The command ended well, but wrote no file {out}."],
    [["cp", "day1.txt", "{out}"], "{out}: This is not an HDF5 file."],
  ])("that goes wrong fails its target: %j", async (words, told) => {
    await inFolder("", async (dir) => {
      const result = await command(dir, words);
      expect(result).toMatchObject({ kind: "data", told });
      if (told.includes("exit code")) {
        expect(result.lines).toEqual(["$ sh -c 'echo it\\'\\''s; exit 3' <dir>/day1.txt", "it's"]);
      }
    });
  });

  it("that takes too long is ended", async () => {
    await inFolder("", async (dir) => {
      expect(await command(dir, ["sleep", "60"], { timeoutSeconds: 0.5 })).toMatchObject({
        told: "The command took longer than 0.5 s, and was ended.",
        hint: "Give it more time with timeout in command(…), or see in the log where it hangs.",
      });
    });
  });

  it("whose file has not what its options say tells so", async () => {
    await inFolder("", async (dir) => {
      const { writeHdf5 } = await import("#lib/hdf5/write-hdf5.js");
      await writeHdf5(join(dir, "made.h5"), (w) => w.dataset("counts", Float64Array.of(1)));
      expect(await command(dir, ["cp", "made.h5", "{out}"])).toMatchObject({
        told: "{out}:spikes: The HDF5 file has no such dataset.",
        hint: "It holds, closest first: counts.",
      });
    });
  });
});
