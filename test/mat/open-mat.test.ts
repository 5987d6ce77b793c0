import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FailureError } from "#lib/failure.js";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import type { MatValue } from "#lib/mat/mat-value.js";
import { matNumbers, matText } from "#lib/mat/mat-value.js";
import { openMat } from "#lib/mat/open-mat.js";
import { writeMat } from "#lib/mat/write-mat.js";
import { failureText } from "../failure-text.js";
import { matVariables } from "./mat-variables.js";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "lfads-mat-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function failureOf(promise: Promise<unknown>): Promise<string> {
  return (await failureText(promise)).replaceAll(dir, "DIR");
}

async function readAll(file: string): Promise<Record<string, MatValue>> {
  const mat = await openMat(file);
  try {
    return Object.fromEntries(mat.names.map((name) => [name, mat.variable(name).value()]));
  } finally {
    mat.close();
  }
}

describe("reading MAT files", () => {
  test.each([false, true])("every kind of variable comes back as it was written, compressed: %s", async (compress) => {
    const file = join(dir, `all-${compress}.mat`);
    await writeMat(file, matVariables, { compress });
    expect(await readAll(file)).toEqual(matVariables);
  });

  test("a slab of an array of numbers is read in row-major order, from the type it is stored in", async () => {
    const file = join(dir, "slab.mat");
    await writeMat(file, matVariables);
    const mat = await openMat(file);
    expect(mat.variable("cube").slab(0, 1, 1)).toEqual(Float64Array.from({ length: 12 }, (_, i) => 12 + i));
    expect(mat.variable("cube").slab(2, 1, 2)).toEqual(Float64Array.of(1, 2, 5, 6, 9, 10, 13, 14, 17, 18, 21, 22));
    expect(mat.variable("int64").slab(0, 1, 1)).toEqual(Float64Array.of(1));
    expect(mat.variable("sparse").slab(1, 1, 2)).toEqual(Float64Array.of(0, 2.5, 0, 0));
    expect(mat.variable("logical").slab(1, 0, 1)).toEqual(Float64Array.of(1, 1));
    mat.close();
  });

  test("one variable is read although the next one's values are damaged, and the file's end is missing", async () => {
    const file = join(dir, "half.mat");
    const noise = Uint8Array.from({ length: 5000 }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 20);
    const late = { late: matText("late") };
    await writeMat(file, { good: matText("fine"), bad: matNumbers(noise), ...late }, { compress: true });
    const bytes = readFileSync(file);
    bytes.fill(0xff, 400, 420);
    writeFileSync(file, bytes.subarray(0, bytes.length - 6));
    const mat = await openMat(file);
    expect(mat.names).toEqual(["good", "late"]);
    expect(mat.variable("good").value()).toEqual(matText("fine"));
    const damaged = { bad: "DIR/half.mat", late: "DIR/half.mat:late" };
    for (const [name, where] of Object.entries(damaged)) {
      await expect(failureOf((async () => mat.variable(name).value())())).resolves.toBe(
        `${where}: The MAT file is damaged, or cut short.\n  Copy the file again, or save it again in MATLAB.`,
      );
    }
    mat.close();
  });

  test("a variable that is not there is told with those that are", async () => {
    const file = join(dir, "names.mat");
    await writeMat(file, { spikes: matText("x"), condition: matText("x") });
    const mat = await openMat(file);
    expect(await failureOf((async () => mat.variable("Spike"))())).toBe(
      "DIR/names.mat:Spike: The MAT file has no such variable.\n  It holds, closest first: spikes, condition.",
    );
    mat.close();
  });

  test("files of other kinds are named", async () => {
    const made = (name: string, content: string | Uint8Array) => {
      writeFileSync(join(dir, name), content);
      return openMat(join(dir, name));
    };
    const foreign = "This is not a MAT file.\n  Check the pattern in the lfadsfile.";
    const octave = "The file is in a format of Octave's own.\n  Save it with Octave's `save -v7`.";
    expect(await failureOf(made("a.mat", "a,b\n1,2\n".repeat(50)))).toBe(`DIR/a.mat: ${foreign}`);
    expect(await failureOf(made("b.mat", ""))).toBe(`DIR/b.mat: ${foreign}`);
    expect(await failureOf(made("c.mat", "# Created by Octave 7.3.0\n# name: x\n".padEnd(200)))).toBe(
      `DIR/c.mat: ${octave}`,
    );
    expect(await failureOf(openMat(join(dir, "none.mat")))).toBe("DIR/none.mat: The file does not exist.");
  });

  test("arrays of version 7.3 are read with their axes turned round", async () => {
    const file = join(dir, "v73.mat");
    await writeHdf5(file, (w) => {
      w.dataset(
        "spikes",
        Uint8Array.from({ length: 24 }, (_, i) => i),
        [4, 3, 2],
        { gzip: 4 },
      );
      w.attribute("spikes", "MATLAB_class", "double");
      w.dataset(
        "info/subject",
        Uint16Array.from("Nim", (c) => c.charCodeAt(0)),
        [3, 1],
      );
      w.attribute("info/subject", "MATLAB_class", "char");
      w.attribute("info", "MATLAB_class", "struct");
      w.dataset("good", Uint8Array.of(1, 0), [2, 1]);
      w.attribute("good", "MATLAB_class", "logical");
      w.dataset("none", BigUint64Array.of(0n, 3n));
      w.attribute("none", "MATLAB_class", "cell");
      w.attribute("none", "MATLAB_empty", 1);
      w.dataset("#refs#/a", Float64Array.of(1));
    });
    const mat = await openMat(file);
    expect(mat.names).toEqual(["good", "info", "none", "spikes"]);
    const spikes = mat.variable("spikes");
    expect([spikes.class, spikes.shape]).toEqual(["double", [2, 3, 4]]);
    expect(spikes.slab(0, 1, 1)).toEqual(Float64Array.of(1, 7, 13, 19, 3, 9, 15, 21, 5, 11, 17, 23));
    expect(spikes.slab(2, 1, 2)).toEqual(Float64Array.of(6, 12, 8, 14, 10, 16, 7, 13, 9, 15, 11, 17));
    expect(mat.variable("info").value()).toEqual({
      class: "struct",
      shape: [1, 1],
      fields: new Map([["subject", [matText("Nim")]]]),
    });
    expect(mat.variable("good").value()).toEqual({ class: "logical", shape: [1, 2], data: Uint8Array.of(1, 0) });
    expect(mat.variable("none").value()).toEqual({ class: "cell", shape: [0, 3], elements: [] });
    mat.close();
  });

  test.each([false, true])("no cut and no changed byte does worse than a failure, compressed: %s", async (compress) => {
    const file = join(dir, `damage-${compress}.mat`);
    await writeMat(file, matVariables, { compress });
    const whole = readFileSync(file);
    const damagedFile = join(dir, "damaged.mat");
    /** Whether some variable cannot be read any more; throws for anything but a failure. */
    const isDamaged = async (bytes: Uint8Array): Promise<boolean> => {
      writeFileSync(damagedFile, bytes);
      try {
        return Object.keys(await readAll(damagedFile)).length < Object.keys(matVariables).length;
      } catch (error) {
        if (!(error instanceof FailureError)) throw error;
        return true;
      }
    };
    for (let length = 0; length < whole.length; length += 97) {
      expect(await isDamaged(whole.subarray(0, length)), `cut after ${length} bytes`).toBe(true);
    }
    let found = 0;
    for (let at = 128; at < whole.length; at += 11) {
      const bytes = Buffer.from(whole);
      bytes[at] = bytes[at]! ^ (at % 2 === 0 ? 0xff : 0x01);
      if (await isDamaged(bytes)) found++;
    }
    expect(found).toBeGreaterThan(50);
  });
});
