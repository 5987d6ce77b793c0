import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { encodeMatlab } from "#lib/params/encode-matlab.js";
import { matlabHash } from "#lib/params/matlab-hash.js";
import type { MatlabStruct, MatlabValue } from "#lib/params/matlab-value.js";
import { paramNames } from "#lib/params/param-names.js";

interface VectorValue {
  name?: string;
  class: string;
  value: unknown;
  dims?: number[];
}
interface Vector {
  id: string;
  fields: VectorValue[];
  hash6: string;
  md5hex: string;
  downsize?: boolean;
}

const vectors: Vector[] = JSON.parse(
  readFileSync(new URL("../../fixtures/hash-vectors.json", import.meta.url), "utf8"),
);

describe("the hash of the MATLAB Run Manager", () => {
  test("has all of its 96 test vectors", () => expect(vectors.length).toBe(96));

  test.each(vectors)("$id", ({ fields, hash6, md5hex, downsize }) => {
    const value = struct(fields);
    expect(
      createHash("md5")
        .update(encodeMatlab(value, downsize ?? true))
        .digest("hex"),
    ).toBe(md5hex);
    expect(matlabHash(value, downsize ?? true)).toBe(hash6);
  });

  test("writes MATLAB's NaN, with its sign bit", () => {
    const bytes = (className: "double" | "single") =>
      encodeMatlab({ class: className, dims: [1, 1], data: [Number.NaN] })
        .toString("hex")
        .slice(-16);
    expect(bytes("double")).toBe("000000000000f8ff");
    expect(bytes("single").slice(-8)).toBe("0000c0ff");
  });

  test("writes nested structs in the order of their field names", () => {
    const one: MatlabValue = { class: "double", dims: [1, 1], data: [1] };
    const nested = (fields: MatlabStruct["fields"]): MatlabStruct => ({
      class: "struct",
      fields: { outer: { class: "struct", fields } },
    });
    expect(matlabHash(nested({ b: one, a: one, B: one }))).toBe(matlabHash(nested({ B: one, a: one, b: one })));
    expect(encodeMatlab(nested({ b: one, B: one })).toString("latin1")).toMatch(/outerstruct.{24}Bdouble.*bdouble/s);
  });
});

describe("folder names", () => {
  test("of all defaults are the empty struct's", () => {
    expect(paramNames({})).toEqual({ paramName: "param_T4MzIi", dataName: "data_T4MzIi" });
  });

  test("are those of the Run Manager's manual, and of its data without c_ parameters but c_factors_dim", () => {
    const nonDefault = {
      c_co_dim: 0,
      c_batch_size: 150,
      c_factors_dim: 8,
      c_gen_dim: 64,
      c_ic_enc_dim: 64,
      c_learning_rate_stop: 0.001,
    };
    expect(paramNames(nonDefault)).toEqual({ paramName: "param_YOs74u", dataName: "data_4MaTKO" });
    expect(paramNames({ useAlignmentMatrix: true, ...nonDefault }).dataName).toBe("data_RE1kuL");
  });

  test("do not depend on names, versions, sampling and debugging", () => {
    const unhashed = {
      name: "x",
      version: 1,
      num_samples_posterior: 3,
      numSamplesPrior: 100,
      posterior_mean_kind: "posterior_push_mean",
      c_tf_debug_cli: true,
      c_debug_verbose: true,
    };
    expect(paramNames(unhashed)).toEqual({ paramName: "param_T4MzIi", dataName: "data_T4MzIi" });
  });

  test.each([
    { name: "seed", class: "uint32", value: 1 },
    { name: "maxEpochs", class: "uint32", value: 9 },
    { name: "patience", class: "uint32", value: 20 },
    { name: "onDivergence", class: "char", value: "halveLearningRate" },
    { name: "initFrom", class: "char", value: "pretrained/base/all" },
    { name: "trainOnly", class: "char", value: "encoders" },
    { name: "c_cd_rate", class: "double", value: 0.3 },
    { name: "c_cd_pass_rate", class: "double", value: 0.5 },
    { name: "c_sv_rate", class: "double", value: 0.2 },
  ])("take our own $name into param_ and not into data_", (field) => {
    expect(paramNames({ [field.name]: field.value })).toEqual({
      paramName: `param_${matlabHash(struct([field]))}`,
      dataName: "data_T4MzIi",
    });
  });

  test("take a parameter of the user's own to where it was declared to matter", () => {
    const own = new Map([["alignEvent", { name: "alignEvent", class: "char" as const, default: "cue", limits: {} }]]);
    const named = (affects: "data" | "model" | "nothing") =>
      paramNames({ alignEvent: "move" }, own, { alignEvent: affects });
    const hash = matlabHash(struct([{ name: "alignEvent", class: "char", value: "move" }]));
    expect(named("data")).toEqual({ paramName: `param_${hash}`, dataName: `data_${hash}` });
    expect(named("model")).toEqual({ paramName: `param_${hash}`, dataName: "data_T4MzIi" });
    expect(named("nothing")).toEqual({ paramName: "param_T4MzIi", dataName: "data_T4MzIi" });
  });
});

function struct(fields: readonly VectorValue[]): MatlabStruct {
  return { class: "struct", fields: Object.fromEntries(fields.map((field) => [field.name, matlab(field)])) };
}

function matlab({ class: className, value, dims }: VectorValue): MatlabValue {
  if (className === "struct") return struct(value as VectorValue[]);
  const length = Array.isArray(value) || className === "char" ? (value as { length: number }).length : 1;
  const sizes = dims ?? (length === 0 ? [0, 0] : [1, length]);
  if (className === "char") return { class: "char", dims: sizes, data: value as string };
  const list = Array.isArray(value) ? value : [value];
  if (className === "cell") return { class: "cell", dims: sizes, data: list.map(matlab) };
  const data = list.map((v) => (typeof v === "string" ? number(v, className) : v));
  return { class: className, dims: sizes, data } as MatlabValue;
}

function number(text: string, className: string): number | bigint {
  if (className.endsWith("64")) return BigInt(text);
  return Number(text.replace("Inf", "Infinity"));
}
