import { describe, expect, test } from "vitest";
import { exp } from "#lib/float64/exp.js";
import { log } from "#lib/float64/log.js";
import { logFactorial } from "#lib/float64/log-factorial.js";
import { tanh } from "#lib/float64/tanh.js";
import { philox4x32 } from "#lib/random/philox.js";
import { RandomStream } from "#lib/random/random-stream.js";

describe("Philox4x32-10", () => {
  // The known answers of the authors' Random123 library.
  test.each([
    [[0, 0, 0, 0, 0, 0], "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
    [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], "408f276d 41c83b0e a20bc7c6 6d5451fd"],
    [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0], "d16cfe09 94fdcceb 5001e420 24126ea1"],
  ])("gives the known answer for %j", (words, expected) => {
    const out = new Uint32Array(4);
    philox4x32(...(words as [number, number, number, number, number, number]), out);
    expect([...out].map((word) => word.toString(16).padStart(8, "0")).join(" ")).toBe(expected);
  });
});

describe("RandomStream", () => {
  test("normals have mean 0 and variance 1, uniforms mean 1/2", () => {
    const stream = new RandomStream(3, 1);
    const n = 200_000;
    let sum = 0;
    let squares = 0;
    let uniforms = 0;
    for (let i = 0; i < n; i++) {
      const x = stream.normal();
      sum += x;
      squares += x * x;
      uniforms += stream.uniform();
    }
    // Within five standard errors.
    expect(Math.abs(sum / n)).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(squares / n - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(uniforms / n - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
  });

  test("the same key gives the same numbers, another word other ones", () => {
    const draw = (...key: [number, number, number?, number?]) => {
      const stream = new RandomStream(...key);
      return [stream.normal(), stream.uniform(), stream.uint32()];
    };
    expect(draw(1, 2, 3, 4)).toEqual(draw(1, 2, 3, 4));
    const keys = [draw(1, 2, 3, 4), draw(2, 2, 3, 4), draw(1, 3, 3, 4), draw(1, 2, 4, 4), draw(1, 2, 3, 5)];
    expect(new Set(keys.map((numbers) => numbers.join())).size).toBe(5);
  });
});

describe("elementary functions", () => {
  const relative = (got: number, want: number) => Math.abs(got - want) / Math.abs(want || 1);

  test("exp agrees with the host's to 2 ulp over its range", () => {
    let worst = 0;
    for (let x = -707; x < 709; x += 0.0137) worst = Math.max(worst, relative(exp(x), Math.exp(x)));
    expect(worst).toBeLessThan(4.5e-16);
    expect([exp(0), exp(-800), exp(800), exp(NaN), exp(-Infinity)]).toEqual([1, 0, Infinity, NaN, 0]);
  });

  test("log agrees with the host's to 2 ulp over its range", () => {
    let worst = 0;
    for (let x = 1e-300; x < 1e300; x *= 1.0213) worst = Math.max(worst, relative(log(x), Math.log(x)));
    for (let x = 0.5; x < 2; x += 0.00013) worst = Math.max(worst, relative(log(x), Math.log(x)));
    expect(worst).toBeLessThan(4.5e-16);
    expect([log(1), log(0), log(-1), log(Infinity)]).toEqual([0, -Infinity, NaN, Infinity]);
    expect(relative(log(5e-324), Math.log(5e-324))).toBeLessThan(1e-15);
  });

  test("tanh agrees with the host's to 3e-16 and is odd", () => {
    let worst = 0;
    for (let x = -40; x < 40; x += 0.00137) worst = Math.max(worst, Math.abs(tanh(x) - Math.tanh(x)));
    expect(worst).toBeLessThan(3e-16);
    expect([tanh(0), tanh(1000), tanh(-1000), tanh(-0.3) + tanh(0.3)]).toEqual([0, 1, -1, 0]);
  });

  test("logFactorial is the logarithm of the factorial", () => {
    expect([0, 1, 2].map(logFactorial)).toEqual([0, 0, log(2)]);
    expect(logFactorial(20)).toBeCloseTo(Math.log(2432902008176640000), 12);
    // lgamma(1000001) = 12815518.384658169…; the two formulas meet at a million.
    expect(relative(logFactorial(1_000_000), 12815518.384658169)).toBeLessThan(1e-12);
    expect(relative(logFactorial(1_000_001) - logFactorial(1_000_000), Math.log(1_000_001))).toBeLessThan(1e-7);
  });
});
