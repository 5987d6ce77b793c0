import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { recordFile } from "#lib/audit/read-record.js";
import { everything } from "../audit/audited-project.js";
import { inFolder, lfads, tinyLfadsfile } from "./run-lfads.js";

const lfadsfile = tinyLfadsfile();

describe("lfads audit", () => {
  it("says of a project that nobody touched that it holds, and with how much of it", () => {
    inFolder(lfadsfile, (dir) => {
      expect(lfads(dir, "build", ":export").code).toBe(0);
      const { code, out, err } = lfads(dir, "audit", ":export");
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(out).toBe(
        [
          "All 6 targets hold.",
          "  outputs        14 files are what the records say",
          "  records        each is genuine, and says what the lfadsfile plans",
          "  inputs         each is what its maker recorded",
          "  stored copies  8 are intact",
          "",
        ].join("\n"),
      );
      const report = JSON.parse(lfads(dir, "audit", ":export", "--json").out);
      expect(report).toMatchObject({ holds: true, counts: { audited: 6 }, unrecorded: [], surroundings: [] });
      expect(report.targets[0]).toMatchObject({ label: "tiny/dataset001:generate", status: "holds", findings: [] });
    });
  });

  it("holds where the folder was sent to, without the store and what builds remember", () => {
    inFolder(lfadsfile, (dir) => {
      expect(lfads(dir, "build", ":generate").code).toBe(0);
      inFolder(undefined, (other) => {
        const archive = join(other, "results.tar");
        execFileSync("tar", ["-cf", archive, "--exclude=.lfads/store", "--exclude=.lfads/state", "."], { cwd: dir });
        execFileSync("tar", ["-xf", archive], { cwd: other });
        const { code, out } = lfads(other, "audit", ":generate", "--rebuild");
        expect(code).toBe(0);
        expect(out).toMatch(/^All 2 targets hold\.\n/);
        expect(out).toMatch(/^ {2}stored copies {2}0 are intact; 2 outputs have none$/m);
        expect(out).toMatch(/^Made again: 2 targets, 2 files, all identical \(/m);
      });
    });
  });

  it("names a tampered file, what rests on what was recorded, and ends with 1", () => {
    inFolder(lfadsfile, (dir) => {
      expect(lfads(dir, "build", ":generate").code).toBe(0);
      const file = join(dir, "datasets/dataset001.h5");
      const bytes = readFileSync(file);
      bytes[bytes.length >> 1]! ^= 1;
      writeFileSync(file, bytes);
      const { code, out, err } = lfads(dir, "audit");
      expect({ code, err }).toEqual({ code: 1, err: "" });
      expect(out.replace(/[0-9a-f]{12}/g, "…")).toBe(
        [
          "✗ tiny/dataset001:generate",
          "    datasets/dataset001.h5: The output is not what its record says (recorded …, now …).",
          "1 of 2 targets does not hold.",
          "29 targets are not built and not audited.",
          "lfads build puts outputs and links back.",
          "",
        ].join("\n"),
      );
    });
  });

  it("writes nothing", () => {
    inFolder(lfadsfile, (dir) => {
      expect(lfads(dir, "build", ":generate").code).toBe(0);
      const before = everything(dir);
      expect(lfads(dir, "audit").code).toBe(0);
      expect(everything(dir)).toEqual(before);
    });
  });

  it("says how a result without a genuine record is made anew", () => {
    inFolder(lfadsfile, (dir) => {
      expect(lfads(dir, "build", "stitched:summary").code).toBe(0);
      const { key } = JSON.parse(lfads(dir, "show", "stitched:summary", "--json").out);
      const record = recordFile(join(dir, ".lfads/actions"), key);
      writeFileSync(record, readFileSync(record, "utf8").replace('"rule": "summary"', '"rule": "other"'));
      const audited = lfads(dir, "audit", "stitched:summary");
      expect(audited.code).toBe(1);
      expect(audited.out).toMatch(
        /^What has no genuine record is made anew after lfads cache verify --fix and lfads clean <label>\.$/m,
      );
      expect(lfads(dir, "cache", "verify", "--fix").code).toBe(0);
      expect(lfads(dir, "clean", "stitched:summary", "--yes").code).toBe(0);
      expect(lfads(dir, "build", "stitched:summary").out).toMatch(/^Built in .*: 1 ran\b/);
      expect(lfads(dir, "audit", "stitched:summary").code).toBe(0);
    });
  });

  it("does not believe the bundle that builds keep of the lfadsfile", () => {
    inFolder(lfadsfile, (dir) => {
      expect(lfads(dir, "build", "stitched:summary").code).toBe(0);
      const bundle = join(dir, ".lfads/config/lfadsfile.ts/bundle.mjs");
      writeFileSync(bundle, readFileSync(bundle, "utf8").replace('runCollection("stitched"', 'runCollection("other"'));
      expect(lfads(dir, "audit", "stitched:summary")).toMatchObject({ code: 0, err: "" });
    });
  });

  it("prints a crate of what holds, and none of what does not", () => {
    inFolder(lfadsfile, (dir) => {
      writeFileSync(join(dir, "package.json"), '{"name":"paper","license":"CC-BY-4.0","author":"A. Nother <a@b.c>"}');
      expect(lfads(dir, "build", "stitched:summary").code).toBe(0);
      const { code, out, err } = lfads(dir, "audit", "stitched:summary", "--format", "ro-crate");
      expect({ code, err }).toEqual({ code: 0, err: "" });
      const graph: { "@id": string }[] = JSON.parse(out)["@graph"];
      expect(graph.find((entity) => entity["@id"] === "./")).toMatchObject({
        name: "paper",
        license: { "@id": "https://spdx.org/licenses/CC-BY-4.0" },
        author: { "@id": "#person/A.%20Nother" },
        hasPart: [
          { "@id": "lfadsfile.ts" },
          { "@id": "runs/stitched/launch_tensorboard.sh" },
          { "@id": "runs/stitched/summary.txt" },
        ],
      });
      writeFileSync(join(dir, "runs/stitched/summary.txt"), "edited");
      const broken = lfads(dir, "audit", "--format", "ro-crate");
      expect({ code: broken.code, out: broken.out }).toEqual({ code: 1, out: "" });
      expect(broken.err).toMatch(/^✗ stitched:summary\n {4}runs\/stitched\/summary\.txt: The output is not what /);
    });
  });

  it("is either JSON or a crate", () => {
    const { code, err } = inFolder(lfadsfile, (dir) => lfads(dir, "audit", "--json", "--format", "ro-crate"));
    expect(code).toBe(2);
    expect(err).toBe(
      "error: option '--json' cannot be used with option '--format <format>'\n  lfads audit --help says what it takes.\n",
    );
  });

  it("does not say that nothing holds", () => {
    inFolder(lfadsfile, (dir) => {
      const { code, out, err } = lfads(dir, "audit");
      expect({ code, err }).toEqual({ code: 1, err: "" });
      expect(out).toBe("Nothing is built, so there is nothing to audit: lfads build makes it.\n");
    });
  });
});
