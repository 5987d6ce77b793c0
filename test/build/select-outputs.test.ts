import { expect, it } from "vitest";
import { selectOutputs } from "#lib/build/resolve-inputs.js";

const outputs = ["a.h5", "a.mat", "log/1", "log/2"].map((path) => ({ path, size: 1, digest: path }));
const manifest = { outDir: "/runs", outputs } as Parameters<typeof selectOutputs>[0];
const chosen = (...select: string[]) => selectOutputs(manifest, select, "a:make", "a:read").map(({ path }) => path);

it("takes outputs by name, by the start of it, and where they are made at all", () => {
  expect(chosen("log/*", "a.h5")).toEqual(["a.h5", "log/1", "log/2"]);
  expect(chosen("a.mat?", "b.mat?")).toEqual(["a.mat"]);
  expect(() => chosen("b.mat")).toThrow('"a:make" made no output "b.mat".');
});
