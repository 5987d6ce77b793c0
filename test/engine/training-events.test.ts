// TensorBoard's events of a training; test/slow/tensorboard.test.ts reads them with TensorBoard itself.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parameterTable } from "#lib/engine/parameters.js";
import { inputPriorOf } from "#lib/engine/prior.js";
import { scalarRecord, versionRecord } from "#lib/tensorboard/event-record.js";
import { crc32c } from "#lib/tensorboard/masked-crc32c.js";
import { FitHistory } from "#rules/fit-history.js";
import { EVENT_FILE } from "#rules/training-events.js";
import { epochReport, folder } from "./saved-states.js";
import { parameterVector, randomVariables, smallModel } from "./small-models.js";

describe("an event file", () => {
  test("has Castagnoli's checksum", () => {
    expect(crc32c(Buffer.from("123456789")).toString(16)).toBe("e3069283");
    expect(crc32c(new Uint8Array(32)).toString(16)).toBe("8a9136aa"); // RFC 3720, B.4
  });

  test("starts as every event file of TensorFlow does", () => {
    expect(versionRecord(0).toString("latin1")).toBe(
      `\x18\0\0\0\0\0\0\0\xa3\x7fK"\x09\0\0\0\0\0\0\0\0\x1a\x0dbrain.Event:2${versionRecord(0).toString("latin1", 36)}`,
    );
    expect(versionRecord(0).length).toBe(40);
  });

  test("has of a step its number, its time and its values", () => {
    const record = scalarRecord({ wallTime: 1, step: 300, scalars: [["a/b", 0.5]] });
    expect(record.subarray(12, -4).toString("hex")).toBe(
      ["09", "000000000000f03f", "10", "ac02", "2a0c", "0a0a", "0a03", "612f62", "15", "0000003f"].join(""),
    );
    expect(record.readBigUInt64LE()).toBe(BigInt(record.length - 16));
  });
});

describe("the history of a fit", () => {
  const bytes = (dir: string) => readFileSync(join(dir, EVENT_FILE));

  test("shows on its way what it writes at its end", () => {
    const [live, out] = [folder(), folder()];
    const history = new FitHistory([], live);
    expect(bytes(live).equals(versionRecord(0))).toBe(true);
    for (const epoch of [1, 2, 3]) history.add(epochReport(epoch));
    history.writeTo(out);
    expect(bytes(live).equals(bytes(join(out, "lfads_log")))).toBe(true);
    expect(readFileSync(join(out, "fitlog.csv"), "utf8").match(/^epoch,\d/gm)).toEqual(
      [1, 2, 3].map((n) => `epoch,${n}`),
    );
  });

  test("is the same after a pause, and after going back", () => {
    const [live, out] = [folder(), folder()];
    const history = new FitHistory([], live);
    for (const epoch of [1, 2, 3, 4]) history.add(epochReport(epoch));
    const whole = bytes(live);
    const resumed = new FitHistory(JSON.parse(JSON.stringify(history.epochs.slice(0, 2))), live);
    resumed.add({ ...epochReport(3), learningRate: 1 });
    resumed.goBackTo(2);
    for (const epoch of [3, 4]) resumed.add(epochReport(epoch));
    expect(bytes(live).equals(whole)).toBe(true);
    resumed.writeTo(out);
    expect(bytes(join(out, "lfads_log")).equals(whole)).toBe(true);
  });

  test("goes on where it cannot be shown", () => {
    const [dir, out] = [folder(), folder()];
    const history = new FitHistory([], join(dir, "no\0folder"));
    history.add(epochReport(1));
    history.writeTo(out);
    expect(bytes(join(out, "lfads_log")).length).toBeGreaterThan(versionRecord(0).length);
  });
});

describe("the prior of the inferred inputs", () => {
  test("has the time constants, and the variances of the stationary processes", () => {
    const model = { ...smallModel, coDim: 3 };
    const table = parameterTable(model);
    const variables = randomVariables(model);
    const named = (name: string) => [...[...variables].find(([each]) => each.endsWith(name))![1]];
    const { taus, variances } = inputPriorOf(table, 3, parameterVector(table, variables));
    const expectedTaus = named("logatau").map((value) => Math.exp(Math.fround(value)));
    taus.forEach((tau, i) => {
      expect(tau).toBeCloseTo(expectedTaus[i]!, 12);
      const phi = Math.exp(-1 / tau);
      expect(variances[i]).toBeCloseTo(Math.exp(Math.fround(named("logevars")[i]!)) / (1 - phi * phi), 10);
    });
    expect(taus).toHaveLength(3);
  });

  test("is empty without inferred inputs", () => {
    const table = parameterTable(smallModel);
    expect(inputPriorOf(table, 0, new Float32Array(table.length))).toEqual({ taus: [], variances: [] });
  });
});
