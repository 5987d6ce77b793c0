import { transformSync } from "esbuild";
import { expect, it } from "vitest";
import { scanBundle } from "#lib/config/scan-bundle.js";

/** As esbuild writes it. */
function scan(source: string) {
  return scanBundle(transformSync(source, { loader: "ts", format: "esm" }).code);
}

it("finds the packages that a bundle leaves outside, and not what comes with Node, by a path, or as a name in text", () => {
  const source = `
    import { a } from "d3-array/sum"; import "side"; import * as b from '@lab/tools/x'; export { c } from "re";
    import { readFileSync } from "node:fs"; import path from "path"; import { lfads } from "file:///x/index.js";
    import local from "./x.js"; const later = await import("later"); const text = 'import "no"';
    console.log(a, b, readFileSync, path, lfads, local, later, text);`;
  expect(scan(source).packages).toEqual(["@lab/tools", "d3-array", "later", "re", "side"]);
});

it("finds the environment variables that any branch reads", () => {
  const source = `
    import process from "node:process";
    const { SUBJECT, DAY: day = "1" } = process.env;
    const quick = process.env.QUICK ? 1 : Number(process.env["GEN_DIM"] ?? process.env?.OTHER);
    console.log(SUBJECT, day, quick, process.env);`;
  expect(scan(source).environment).toEqual(["DAY", "GEN_DIM", "OTHER", "QUICK", "SUBJECT"]);
  expect(scan("console.log(env.NO, process.envy.NO)").environment).toEqual([]);
});
