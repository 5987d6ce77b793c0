import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FailureError } from "#lib/failure.js";
import type { MatFile } from "#lib/mat/mat-entry.js";
import type { MatValue } from "#lib/mat/mat-value.js";
import { matCell, matLogical, matNumber, matNumbers, matStructArray, matText } from "#lib/mat/mat-value.js";
import { openMat } from "#lib/mat/open-mat.js";
import { writeMat } from "#lib/mat/write-mat.js";
import { matVariables } from "../mat/mat-variables.js";
import { plainMat } from "./plain-mat.js";

// A Python with SciPy and hdf5storage, and Octave; .ci/run installs them. Elsewhere there may be nothing to compare with.
const python = process.env.LFADS_TEST_PYTHON;
const inCi = process.env.CI !== undefined;
const hasOctave = inCi || spawnSync("octave", ["--version"]).status === 0;

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "lfads-mat-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: dir, encoding: "utf8", maxBuffer: 2 ** 28 });
  expect(status, stderr).toBe(0);
  return stdout;
}

/** What SciPy reads of the files: file → variable → value; or file → `error`. */
function readByScipy(files: readonly string[]): Record<string, Record<string, unknown>> {
  const script = fileURLToPath(new URL("dump_mat.py", import.meta.url));
  return JSON.parse(run(python!, [script, ...files]));
}

/** Whether every variable of a file could be listed. */
function isListed(mat: MatFile): boolean {
  try {
    mat.variable("none of them");
  } catch (error) {
    return (error as FailureError).failure.what === "The MAT file has no such variable.";
  }
  return false;
}

/** What we read of a file in the same form; or `error`, when some of it is damaged. */
async function readByUs(file: string): Promise<Record<string, unknown>> {
  try {
    const mat = await openMat(file);
    try {
      const read = Object.fromEntries(mat.names.map((name) => [name, plainMat(mat.variable(name).value())]));
      return isListed(mat) ? read : { error: "The MAT file is damaged, or cut short." };
    } finally {
      mat.close();
    }
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    return { error: error.failure.what };
  }
}

const valuesOf = async (file: string): Promise<Record<string, MatValue>> => {
  const mat = await openMat(file);
  const values = Object.fromEntries(mat.names.map((name) => [name, mat.variable(name).value()]));
  mat.close();
  return values;
};

describe.runIf(python !== undefined || inCi)("MAT files and SciPy", () => {
  it("every variable of SciPy's own collection is what SciPy reads, and what it refuses is damaged", async () => {
    const at = "import scipy.io.matlab, os; print(os.path.dirname(scipy.io.matlab.__file__) + '/tests/data')";
    const folder = run(python!, ["-c", at]).trim();
    const files = readdirSync(folder)
      .filter((name) => name.endsWith(".mat"))
      .map((name) => join(folder, name));
    expect(files.length).toBeGreaterThan(100);
    const expected = readByScipy(files);
    const differing: Record<string, { scipy: unknown; us: unknown }> = {};
    let refused = 0;
    for (const file of files) {
      const [scipy, us] = [expected[file]!, await readByUs(file)];
      if ("error" in scipy && "error" in us) {
        expect(us.error).toBe("The MAT file is damaged, or cut short.");
        refused++;
      } else {
        try {
          expect(us).toEqual(scipy);
        } catch {
          differing[basename(file)] = { scipy, us };
        }
      }
    }
    expect(refused).toBe(5);
    expect(differing).toEqual({
      // HDF5, which SciPy leaves to others.
      "testhdf5_7.4_GLNX86.mat": {
        scipy: { error: expect.stringContaining("NotImplementedError") },
        us: { testdouble: { numbers: [1, 9], real: Array.from({ length: 9 }, (_, i) => (i * Math.PI) / 4) } },
      },
      // A name that is not ASCII though the file says so: read as Latin-1.
      "bad_miutf8_array_name.mat": {
        scipy: { error: "ValueError: Non ascii int8 string" },
        us: { "\u00e4ray_name": { numbers: [1, 1], real: [1] } },
      },
    });
  });

  it.each([false, true])("SciPy reads what we write, compressed: %s", async (compress) => {
    const file = join(dir, `ours-${compress}.mat`);
    await writeMat(file, matVariables, { compress });
    expect(await readByUs(file)).toEqual(readByScipy([file])[file]);
  });

  it("a file of version 7.3 is read: classes, text, complex numbers, structs, cells, struct arrays", async () => {
    run(python!, ["-c", writeVersion73]);
    const row = (...values: number[]) => matNumbers(Float64Array.from(values), [1, values.length]);
    const trial = (i: number) => ({
      data: matNumbers(
        Float64Array.from({ length: 8 + 2 * i }, (_, n) => n + 100 * i),
        [2, 4 + i],
      ),
      condition: matText(i % 2 === 1 ? "left" : "right"),
    });
    expect(await valuesOf(join(dir, "v73.mat"))).toEqual({
      D: matStructArray([trial(0), trial(1), trial(2)], [1, 3]),
      cell: matCell([matNumbers(Float64Array.of(1, 0, 0, 1), [2, 2]), matText("abc")], [1, 2]),
      complex: { ...row(1, 3), imaginary: Float64Array.of(2, 4) },
      empty: matNumbers(new Float64Array(0), [0, 3]),
      flag: matLogical([1, 0], [1, 2]),
      large: matNumbers(BigInt64Array.of(2n ** 60n), [1, 1]),
      name: matText("\u00fcn\u00efcode"),
      spikes: matNumbers(
        Uint8Array.from({ length: 24 }, (_, i) => i),
        [2, 3, 4],
      ),
    });
  });
});

/** hdf5storage writes as MATLAB does; neither SciPy nor Octave can. */
const writeVersion73 = `
import hdf5storage, numpy as np
D = np.zeros((1, 3), dtype=[("data", "O"), ("condition", "O")])
for i in range(3):
    D[0, i]["data"] = np.arange(2.0 * (4 + i)).reshape(2, 4 + i) + 100 * i
    D[0, i]["condition"] = "left" if i % 2 else "right"
cell = np.empty((1, 2), dtype="O")
cell[0, 0] = np.eye(2)
cell[0, 1] = "abc"
variables = dict(
    spikes=np.arange(24, dtype="uint8").reshape(2, 3, 4), name="\u00fcn\u00efcode", flag=np.array([[True, False]]),
    complex=np.array([[1 + 2j, 3 + 4j]]), empty=np.zeros((0, 3)), large=np.array([[2**60]]), cell=cell, D=D)
hdf5storage.savemat("v73.mat", variables, format="7.3", store_python_metadata=False, matlab_compatible=True)
`;

describe.runIf(hasOctave)("MAT files and Octave", () => {
  const octave = (script: string) => run("octave", ["--no-gui", "--norc", "--quiet", "--eval", script]);

  it("what Octave saves as -v7, -v6 and -v4 is read", async () => {
    const script = [
      "cube = reshape(0:23, 2, 3, 4); cells = {1, 'two'; [], true}; trials = struct('x', {1, 2}, 't', {'a', 'bb'});",
      "bytes = uint8([1 2; 3 4]); complex = [1+2i 3]; lines = ['ab'; 'cd']; mask = [true false];",
      "single = single(1.5); large = int64(-9e15); sparse = sparse([1 0 2; 0 0 3]); range = 1:3;",
      "save -v7 v7.mat cube cells trials bytes complex lines mask single large sparse range",
      // Octave 7 writes a wrong length for `lines` where nothing is compressed, which no reader forgives.
      "save -v6 v6.mat cube cells trials bytes complex mask single large sparse range",
      "save -v4 v4.mat complex lines sparse range",
    ].join("\n");
    octave(script);
    const row = (...values: number[]) => matNumbers(Float64Array.from(values), [1, values.length]);
    const both = {
      complex: { ...row(1, 3), imaginary: Float64Array.of(2, 0) },
      lines: { class: "char", shape: [2, 2], text: "abcd" },
      sparse: {
        class: "sparse",
        of: "double",
        shape: [2, 3],
        rows: Int32Array.of(0, 0, 1),
        columnStarts: Int32Array.of(0, 1, 1, 3),
        data: Float64Array.of(1, 2, 3),
      },
      range: row(1, 2, 3),
    };
    const all = {
      ...both,
      cube: matNumbers(
        Float64Array.from({ length: 24 }, (_, i) => Math.floor(i / 12) + 2 * (Math.floor(i / 4) % 3) + 6 * (i % 4)),
        [2, 3, 4],
      ),
      cells: matCell(
        [matNumber(1), matText("two"), matNumbers(new Float64Array(0), [0, 0]), matLogical([1], [1, 1])],
        [2, 2],
      ),
      trials: matStructArray(
        [
          { x: matNumber(1), t: matText("a") },
          { x: matNumber(2), t: matText("bb") },
        ],
        [1, 2],
      ),
      bytes: matNumbers(Uint8Array.of(1, 2, 3, 4), [2, 2]),
      mask: matLogical([1, 0], [1, 2]),
      single: matNumbers(Float32Array.of(1.5), [1, 1]),
      large: matNumbers(BigInt64Array.of(-9_000_000_000_000_000n), [1, 1]),
    };
    expect(await valuesOf(join(dir, "v7.mat"))).toEqual(all);
    const { lines: _, ...withoutLines } = all;
    expect(await valuesOf(join(dir, "v6.mat"))).toEqual(withoutLines);
    expect(await valuesOf(join(dir, "v4.mat"))).toEqual(both);
  });

  it("Octave reads what we write: classes, shapes and values", async () => {
    for (const [name, compress] of [
      ["plain.mat", false],
      ["compressed.mat", true],
    ] as const) {
      await writeMat(join(dir, name), matVariables, { compress });
      const out = octave(
        [
          `load ${name}`,
          "printf('%s ', class(scalar), class(column), class(int64), class(logical), class(text), class(cell), class(trials)); disp('')",
          "printf('%s ', mat2str(size(cube)), mat2str(size(empty)), mat2str(size(trials)), mat2str(size(lines))); disp('')",
          "printf('%g ', cube(2,3,4), cube(1,2,3), complex(2,1), imag(complex(1,2)), full(sparse)); disp('')",
          "printf('%d ', uint64(1) == bitshift(intmax('uint64'), -1) + 1, int64(1), logical, full(mask)); disp('')",
          "printf('%s|', text, lines(2,:), cell{1,2}, struct.of.monkey, trials(2).aNameOfMoreThanThirtyOneCharacters, greek); disp('')",
          "disp(mat2str(trials(1).counts, 'class'))",
        ].join("\n"),
      );
      expect(out).toBe(
        "double single int64 logical char cell struct \n" +
          "[2 3 4] [0 3] [1 2] [2 3] \n" +
          "23 6 3 6 0 -1 0 0 2.5 0 \n" +
          "1 -1152921504606846976 1 1 0 0 1 0 1 0 1 \n" +
          "a reach to the left|two|two|N|q|\u03bb \u2208 [0, \u221e) \u00e9t\u00e9|\n" +
          "uint8([1 2 3;4 5 6])\n",
      );
    }
  });
});
