// The goldens of fixtures/oracle.h5 are what the PyTorch model of test/oracle gives now.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { relativeError } from "../engine/numbers.js";
import { ORACLE_CASES } from "../engine/oracle-cases.js";
import { GOLDEN_FILE, readGoldens } from "../engine/oracle-goldens.js";
import { oracleInputs, writeOracleInputs } from "../engine/oracle-inputs.js";

// A Python with torch, numpy and h5py; .ci/run makes one.
const python = process.env.LFADS_TEST_PYTHON;

/** Relative, in the L2 norm: goldens are float32, and processors differ in float64's last bits. */
const TOLERANCE = 1e-6;

it.runIf(python)(`the goldens are what PyTorch computes, within ${TOLERANCE}`, async () => {
  const dir = mkdtempSync(join(tmpdir(), "lfads-oracle-"));
  try {
    const [inputs, outputs] = [join(dir, "inputs.h5"), join(dir, "goldens.h5")];
    await writeOracleInputs(inputs, ORACLE_CASES.map(oracleInputs));
    const { status, stderr } = spawnSync(python!, ["-B", "test/oracle", inputs, outputs], { encoding: "utf8" });
    expect(status, stderr).toBe(0);
    if (process.env.UPDATE_GOLDEN) copyFileSync(outputs, GOLDEN_FILE);
    const [now, kept] = [await readGoldens(outputs), await readGoldens(GOLDEN_FILE)];
    expect([...kept.keys()]).toEqual([...now.keys()]);
    for (const [title, golden] of now) {
      const before = kept.get(title)!;
      expect(before.digest, title).toBe(golden.digest);
      expect(relativeError(numbersIn(before.reports), numbersIn(golden.reports)), title).toBeLessThan(TOLERANCE);
      const { gradient, params, sampled } = golden;
      const keptArrays = { gradient: before.gradient, params: before.params, ...before.sampled };
      for (const [kind, arrays] of Object.entries({ gradient, params, ...sampled })) {
        for (const [name, values] of arrays) {
          const error = relativeError(keptArrays[kind as keyof typeof keptArrays].get(name)!, values);
          expect(error, `${title}: ${kind} of ${name}`).toBeLessThan(TOLERANCE);
        }
      }
    }
  } finally {
    rmSync(dir, { recursive: true });
  }
});

/** All numbers of a JSON value, in order. */
function numbersIn(value: unknown): number[] {
  return typeof value === "number" ? [value] : Object.values(value ?? {}).flatMap(numbersIn);
}
