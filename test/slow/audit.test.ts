import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { recordFile } from "#lib/audit/read-record.js";
import type { ActionRecord } from "#lib/build/index.js";
import { sumOf } from "#lib/build/record-text.js";
import { storedFile } from "#lib/build/stored-file.js";
import { lfads, tinyLfadsfile } from "../cli/run-lfads.js";

const template = mkdtempSync(join(tmpdir(), "lfads-audited-"));
let dir: string;

beforeAll(() => {
  writeFileSync(join(template, "lfadsfile.ts"), tinyLfadsfile());
  const { code, err } = lfads(template, "build");
  if (code !== 0) throw new Error(err);
});
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "lfads-audit-"));
  cpSync(template, dir, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  return () => rmSync(dir, { recursive: true, force: true });
});
afterAll(() => rmSync(template, { recursive: true, force: true }));

it.each([1, 2])("everything that was trained is made again to the bit, with %i threads", (threads) => {
  const { code, out } = lfads(dir, "audit", "stitched", "--rebuild", "--jobs", String(threads));
  expect(code).toBe(0);
  expect(out).toMatch(/^All 12 targets hold\.\n/);
  expect(out).toMatch(/^Made again: 10 targets, \d+ files, all identical \(/m);
});

const python = process.env.LFADS_TEST_PYTHON;
it.skipIf(!python)("the crate of a project with a recording outside of it is a valid Provenance Run Crate", () => {
  const own = join(template, "..", `${basename(dir)}-recordings`);
  try {
    cpSync(join(dir, "datasets"), own, { recursive: true });
    writeFileSync(
      join(dir, "lfadsfile.ts"),
      `import { datasetCollection, defineLfads, h5, runCollection, runParams, runSpec } from "lfads";
      const datasets = datasetCollection("own", { path: ${JSON.stringify(own)}, datasets: h5("*.h5", { counts: "spikes", binMs: 1 }) });
      const params = [runParams({ spikeBinMs: 10, maxEpochs: 1, c_batch_size: 8, c_gen_dim: 8, num_samples_posterior: 2 })];
      export default defineLfads({
        root: "runs",
        collections: [runCollection("own", { datasets, runSpecs: [runSpec.all()], params })],
      });`,
    );
    const license = '"license":"MIT","author":{"name":"A. Nother","url":"https://example.org/a"}';
    writeFileSync(join(dir, "package.json"), `{"name":"paper",${license}}`);
    writeFileSync(join(dir, "README.md"), "# Paper\n");
    execFileSync("git", ["init", "-q"], { cwd: dir });
    execFileSync("git", ["config", "user.name", "A. Nother"], { cwd: dir });
    expect(lfads(dir, "build")).toMatchObject({ code: 0 });
    const { code, out, err } = lfads(dir, "audit", "--format", "ro-crate");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    writeFileSync(join(dir, "ro-crate-metadata.json"), out);
    const validate = fileURLToPath(new URL("../audit/validate-crate.py", import.meta.url));
    const { stdout, stderr, status } = spawnSync(python!, [validate, dir, "recommended"], { encoding: "utf8" });
    expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
    const { issues, read } = JSON.parse(stdout.split("\n").find((line) => line.startsWith('{"issues"'))!);
    // lfads has no page, a package.json tells no affiliation, and files that lie outside of the
    // crate cannot be found by their digest.
    const outside = expect.stringMatching(/^ro-crate-1\.1_28\.1 Web-based Data Entity ni:\/\/\/sha-256;/);
    expect(issues).toEqual([
      "process-run-crate-0.5_3.2 The Application SHOULD have a url",
      "process-run-crate-0.5_5.1 The SoftwareApplication id SHOULD be an absolute URI",
      "ro-crate-1.1_22.3 The `publisher` property of a `Root Data Entity` SHOULD be an `Organization`",
      outside,
      outside,
      "ro-crate-1.1_30.2 The author SHOULD have an organizational affiliation.",
      "ro-crate-1.1_30.3 The author SHOULD have a Contextual Entity which specifies the organizational `affiliation`.",
    ]);
    expect(read.mainEntity).toBe("lfadsfile.ts");
    expect(read.files.filter((id: string) => id.startsWith("ni:///sha-256;"))).toHaveLength(2);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
});

it("results that agree with a forged record and a forged stored copy are found by making them again only", () => {
  const label = JSON.parse(lfads(dir, "audit", "stitched:results", "--json").out).targets.at(-1).label as string;
  const { key, outDir } = JSON.parse(lfads(dir, "show", label, "--json").out);
  const file = recordFile(join(dir, ".lfads/actions"), key);
  const { sum: _, ...record } = JSON.parse(readFileSync(file, "utf8")) as ActionRecord & { sum: string };
  const output = record.outputs.find(({ path }) => path === "results.json")!;
  const results = join(outDir, "results.json");
  const better = readFileSync(results, "utf8").replace(/("validCost":)\s*[\d.]+/, "$1 1.5");
  const digest = createHash("sha256").update(better).digest("hex");
  writeFileSync(results, better);
  const stored = storedFile(join(dir, ".lfads/store"), digest);
  mkdirSync(dirname(stored), { recursive: true });
  writeFileSync(stored, better);
  const outputs = record.outputs.map((each) => (each === output ? { ...each, digest, size: better.length } : each));
  const forged = { ...record, outputs };
  writeFileSync(file, JSON.stringify({ ...forged, sum: sumOf(forged) }));

  const audited = lfads(dir, "audit");
  expect({ code: audited.code, first: audited.out.split("\n")[0] }).toEqual({ code: 0, first: "All 31 targets hold." });
  const rebuilt = lfads(dir, "audit", "--rebuild", "stitched:results");
  expect(rebuilt.code).toBe(1);
  const lines = rebuilt.out.split("\n");
  expect(lines.find((line) => line.startsWith("✗"))).toBe(`✗ ${label}`);
  expect(lines.find((line) => line.includes("results.json"))).toMatch(
    /^ {4}results\.json: it differs from byte \d+ on; \d+ bytes recorded, \d+ made again\.$/,
  );
  expect(lines.find((line) => line.startsWith("Made again"))).toMatch(/^Made again: 1 different \(/);
});
