// The real nx and turbo, offline, on one workspace of two packages; .ci/run installs them. Cases go on from one another.
import { rmSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { NxTarget } from "#lib/nx/nx-target.js";
import { type Ran, TestWorkspace } from "./test-workspace.js";

const tools = process.env.LFADS_TEST_NX;

it("finds nx and turbo in CI", () => {
  if (process.env.CI) expect(tools).toBeDefined();
});

describe.runIf(tools)("a workspace with lfadsfiles", () => {
  let workspace: TestWorkspace;
  beforeAll(async () => {
    workspace = await TestWorkspace.make(tools!);
  });
  afterAll(() => workspace?.remove());

  const collections = ["lfads:build:single", "lfads:build:stitched", "lfads:build:drift"];
  const build = (...more: string[]) => workspace.nx("run-many", "-t", "lfads:build", "--output-style=static", ...more);

  describe("in Nx", () => {
    it("has targets with exact inputs and outputs, and edges where a package reads what another makes", () => {
      const motor = JSON.parse(workspace.nx("show", "project", "motor", "--json").out);
      expect(Object.keys(motor.targets)).toEqual([
        "lfads:recordings",
        "lfads:build",
        "lfads:build:single",
        "lfads:build:stitched",
        "lfads:status",
        "lfads:audit",
        "lfads:report",
      ]);
      expect(motor.targets["lfads:build:single"]).toMatchObject({
        executor: "nx:run-commands",
        options: { cwd: "packages/motor", command: "lfads build single --records" },
        cache: true,
        dependsOn: ["lfads:recordings"],
        inputs: [
          { fileset: "{projectRoot}/sizes.ts", includeIgnored: true },
          { fileset: "{projectRoot}/lfadsfile.ts", includeIgnored: true },
          { fileset: "{workspaceRoot}/node_modules/lfads/package.json", includeIgnored: true },
          { env: "GEN_DIM" },
          { externalDependencies: [] },
        ],
        outputs: ["{projectRoot}/runs/single", "!{projectRoot}/runs/single/report.html"],
      });
      workspace.nx("graph", "--file=graph.json");
      const { graph } = JSON.parse(workspace.read("graph.json"));
      expect(graph.dependencies).toEqual({
        motor: [],
        vision: [{ source: "vision", target: "motor", type: "implicit" }],
      });
      const drift: NxTarget = graph.nodes.vision.data.targets["lfads:build:drift"];
      expect(drift.dependsOn).toEqual(["lfads:recordings", { projects: ["motor"], target: "lfads:recordings" }]);
      expect(drift.inputs).toContainEqual({ fileset: "{projectRoot}/data/*.h5", includeIgnored: true });
      expect(drift.inputs).toContainEqual({ dependentTasksOutputFiles: "**/*", transitive: false });
    });

    it("picks a package when a data file of it changes, and those that read what it makes", () => {
      const affected = (file: string) =>
        workspace.nx("show", "projects", "--affected", `--files=${file}`).out.split("\n");
      expect(affected("packages/vision/data/session.h5")).toEqual(["vision", ""]);
      expect(affected("packages/motor/sizes.ts").sort()).toEqual(["", "motor", "vision"]);
      expect(affected("nothing.txt")).toEqual([""]);
    });

    it("builds the collections of both packages at once, and then takes all from its cache", () => {
      const first = workspace.nx("run-many", "-t", ...collections, "--output-style=static", "--parallel=3");
      expect({ ...first, cached: fromCache(first) }).toMatchObject({ code: 0, cached: [] });
      expect(tallies(first)).toHaveLength(5);
      const second = workspace.nx("run-many", "-t", ...collections, "--output-style=static");
      expect({ code: second.code, cached: fromCache(second) }).toEqual({
        code: 0,
        cached: [
          "motor:lfads:build:single",
          "motor:lfads:build:stitched",
          "motor:lfads:recordings",
          "vision:lfads:build:drift",
          "vision:lfads:recordings",
        ],
      });
      expect(workspace.lfads("motor", "build").out).toBe("All 30 targets are fresh.\n");
    });

    it("has nothing trained again by the target of all collections, restores what was deleted, and leaves pages alone", () => {
      const whole = build();
      expect(fromCache(whole)).toEqual(["motor:lfads:recordings", "vision:lfads:recordings"]);
      expect(tallies(whole).slice(2).sort()).toEqual(["All 10 targets are fresh.", "All 30 targets are fresh."]);
      workspace.write("packages/motor/runs/single/report.html", "");
      const files = workspace.files("packages/motor/runs");
      rmSync(workspace.path("packages/motor/runs/stitched"), { recursive: true });
      rmSync(workspace.path("packages/motor/datasets/dataset002.h5"));
      expect(fromCache(build())).toHaveLength(4);
      expect(workspace.files("packages/motor/runs")).toEqual(files);
      rmSync(workspace.path("packages/motor/runs/single/report.html"));
      expect(workspace.lfads("motor", "build").out).toBe("All 30 targets are fresh.\n");
    });

    it("runs again for a changed parameter, an imported file, an ignored recording and a variable, and lfads only what is stale", () => {
      workspace.edit("packages/motor/lfadsfile.ts", "[100, 200]", "[100, 300]");
      const changed = build();
      expect(fromCache(changed)).toEqual(["vision:lfads:build", "vision:lfads:recordings"]);
      expect(tallies(changed)).toContainEqual(expect.stringMatching(/: 8 ran, 22 fresh\.$/));
      workspace.write("packages/motor/sizes.ts", `${workspace.read("packages/motor/sizes.ts")}// A comment.\n`);
      writeFileSync(workspace.path("packages/vision/data/other.private.h5"), "no HDF5", { flag: "a" });
      const again = build();
      expect(fromCache(again)).toEqual([]);
      process.env.GEN_DIM = "8";
      expect(fromCache(build())).toEqual(["vision:lfads:build", "vision:lfads:recordings"]);
      delete process.env.GEN_DIM;
      expect(fromCache(build())).toHaveLength(4);
    });

    it("restores results in another folder that lfads finds correct and fresh without its state and store", () => {
      const other = workspace.elsewhere();
      expect(fromCache(other.nx("run-many", "-t", "lfads:build", "--output-style=static"))).toHaveLength(4);
      expect(other.files("packages/vision/runs")).toEqual(workspace.files("packages/vision/runs"));
      expect(other.lfads("motor", "status").out).toMatch(/\n\n30 targets: 30 fresh\.\n$/);
      expect(other.lfads("motor", "build").out).toMatch(/^Built in .*: 30 restored\.\n/);
      expect(other.lfads("motor", "audit").out).toMatch(/^All 30 targets hold\.\n/);
    });

    it("fails a task whose target fails, with the log's last lines, and does not cache that", () => {
      whileItFails(() => {
        for (const _ of ["the first time", "and again"]) {
          const { code, text } = workspace.nx("run", "vision:lfads:build");
          expect(code).toBe(1);
          expect(text).toMatch(/\| reading trial 7\n +log: .*@load\.log\n/);
          expect(text).toContain("Failed tasks:\n\n- vision:lfads:recordings\n");
        }
      });
    });

    it("says what is wrong with a lfadsfile when its targets run, and leaves other packages alone", () => {
      const lfadsfile = workspace.read("packages/vision/lfadsfile.ts");
      workspace.edit("packages/vision/lfadsfile.ts", "c_gen_dim", "c_gen_dims");
      const what =
        'lfadsfile.ts › collections[0] "drift" › params[0]: Unknown parameter c_gen_dims: did you mean c_gen_dim?';
      const bad = workspace.nx("run", "vision:lfads:build");
      expect(bad.code).toBe(1);
      expect(bad.text).toContain(`error: ${what}`);
      const good = workspace.nx("run", "motor:lfads:status");
      workspace.write("packages/vision/lfadsfile.ts", lfadsfile);
      expect(good.code).toBe(0);
      expect(good.text).toContain("30 targets: 30 fresh.");
      expect(good.text).toContain(
        `packages/vision/lfadsfile.ts cannot be read, so the targets of its collections are missing:\n${what}\n`,
      );
    });

    it("has an executor for targets of one's own, and a generator that writes a lfadsfile to start from", () => {
      const target = { executor: "lfads:build", options: { labels: ["stitched"], jobs: 1 } };
      workspace.write("packages/motor/project.json", JSON.stringify({ name: "motor", targets: { model: target } }));
      const own = workspace.nx("run", "motor:model").text;
      rmSync(workspace.path("packages/motor/project.json"));
      expect(own).toContain("All 12 targets are fresh.");
      const made = workspace.nx("generate", "lfads:init", "packages/audio");
      expect(made).toMatchObject({ code: 0 });
      expect(workspace.read("packages/audio/.gitignore")).toBe(".lfads/\nruns/\ndatasets/\n");
      expect(JSON.parse(workspace.nx("show", "project", "audio", "--json").out).targets).toHaveProperty([
        "lfads:build:exampleStitching",
      ]);
      expect(workspace.nx("generate", "lfads:init", "packages/audio").text).toContain(
        "There is a lfadsfile already: packages/audio/lfadsfile.ts. Move it away to start anew.",
      );
      rmSync(workspace.path("packages/audio"), { recursive: true });
    });
  });

  describe("with one store for all packages", () => {
    let shared: TestWorkspace;
    beforeAll(async () => {
      shared = await TestWorkspace.make(tools!);
      shared.copy("packages/motor", "packages/twin");
      shared.write("packages/twin/package.json", shared.read("packages/motor/package.json").replace("motor", "twin"));
      for (const name of ["motor", "twin", "vision"]) {
        shared.edit(
          `packages/${name}/lfadsfile.ts`,
          "defineLfads({",
          'defineLfads({\n  store: { folder: "../../.lfads" },',
        );
        expect(shared.lfads(name, "init", "--turbo").code).toBe(0);
      }
    });
    afterAll(() => shared?.remove());

    const sumOf = (ran: Ran, how: "ran" | "restored") =>
      [...ran.text.matchAll(new RegExp(`(\\d+) ${how}`, "g"))].reduce((sum, [, count]) => sum + Number(count), 0);
    const start = () => {
      for (const name of [".lfads", ...["motor", "twin", "vision"].flatMap((each) => placesOf(`packages/${each}`))])
        rmSync(shared.path(name), { recursive: true, force: true });
    };
    // Where a run is restored, what its training printed is not.
    const filesOf = (name: string) =>
      shared.files(`packages/${name}/runs`).filter((path) => !/\/lfads\.out$/.test(path));
    const placesOf = (folder: string) => ["runs", "datasets", ".lfads"].map((name) => `${folder}/${name}`);

    it.each([
      ["Nx", () => shared.nx("run-many", "-t", "lfads:build", "--parallel=3", "--output-style=static")],
      ["Turbo", () => shared.turbo("lfads:build", "--concurrency=3")],
    ])("parallel tasks of %s make equal results once, and none is harmed", (_, build) => {
      start();
      const ran = build();
      expect(ran.code).toBe(0);
      // All of motor and of vision, but for an export that two collections of motor share; the twin's are motor's.
      expect([sumOf(ran, "ran"), sumOf(ran, "restored")]).toEqual([39, 31]);
      for (const name of ["motor", "twin", "vision"]) {
        expect(shared.lfads(name, "build").out).toMatch(/^All \d+ targets are fresh\.\n$/);
        expect(shared.lfads(name, "audit").out).toMatch(/^All \d+ targets hold\.\n/);
        expect(shared.lfads(name, "gc", "--dry-run").out).toMatch(/^There is nothing to remove;/);
      }
      expect(filesOf("twin")).toEqual(filesOf("motor"));
      expect(shared.lfads("vision", "cache", "verify").out).toMatch(
        /^Everything in the store is as it was put there: 39 records, /,
      );
    });
  });

  describe("in Turbo", () => {
    const run = (at = workspace) => at.turbo("lfads:build");

    it("gets its task from lfads init --turbo", () => {
      const root = workspace.read("turbo.json");
      for (const name of ["motor", "vision"]) {
        const { code, out } = workspace.lfads(name, "init", "--turbo");
        expect({ code, out }).toEqual({
          code: 0,
          out: "Wrote package.json, turbo.json. Now: npx turbo run lfads:build\n",
        });
      }
      expect(workspace.read("turbo.json")).toBe(root);
      expect(workspace.lfads("motor", "init", "--turbo").out).toMatch(/^Everything is there already\. /);
      const { tasks } = JSON.parse(workspace.turbo("lfads:build", "--dry=json").out);
      const [motor, vision] = tasks;
      expect(Object.keys(motor.inputs)).toEqual(["lfadsfile.ts", "package.json", "sizes.ts", "turbo.json"]);
      expect(motor.environmentVariables.specified).toEqual({
        env: ["GEN_DIM"],
        passThroughEnv: ["CUDA_VISIBLE_DEVICES", "SLURM_*"],
      });
      expect(vision.dependencies).toEqual(["motor#lfads:build"]);
      expect(Object.keys(vision.inputs)).toEqual([
        "data/other.private.h5",
        "data/session.h5",
        "lfadsfile.ts",
        "package.json",
        "turbo.json",
      ]);
    });

    it("runs, then takes all from its cache, and restores what was deleted", () => {
      const first = run();
      expect({ code: first.code, hits: hits(first) }).toEqual({ code: 0, hits: "0 cached, 2 total" });
      const files = workspace.files("packages/motor/runs");
      rmSync(workspace.path("packages/motor/runs/single"), { recursive: true });
      const second = run();
      expect({ code: second.code, hits: hits(second) }).toEqual({ code: 0, hits: "2 cached, 2 total" });
      expect(workspace.files("packages/motor/runs")).toEqual(files);
      expect(workspace.lfads("motor", "build").out).toBe("All 30 targets are fresh.\n");
    });

    it("restores results in another folder that lfads finds correct and fresh without its state and store", () => {
      rmSync(workspace.path("../elsewhere"), { recursive: true, force: true });
      const other = workspace.elsewhere();
      expect(hits(run(other))).toBe("2 cached, 2 total");
      expect(other.lfads("motor", "status").out).toMatch(/\n\n30 targets: 30 fresh\.\n$/);
      expect(other.lfads("vision", "build").out).toMatch(/^Built in .*: \d+ restored\.\n/);
    });

    it("runs again for a changed parameter, and lfads only what is stale", () => {
      workspace.edit("packages/motor/lfadsfile.ts", "[100, 300]", "[100, 400]");
      const changed = run();
      expect(hits(changed)).toBe("0 cached, 2 total");
      expect(changed.text).toMatch(/motor:lfads:build: Built in .*: 8 ran, 22 fresh\.\n/);
      expect(changed.text).toMatch(/vision:lfads:build: All \d+ targets are fresh\.\n/);
    });

    it("fails a task whose target fails, with the log's last lines", () => {
      whileItFails(() => {
        const { code, text } = run();
        expect(code).toBe(1);
        expect(text).toMatch(/vision:lfads:build: +\| reading trial 7\n/);
        expect(text).toMatch(/Failed: +vision#lfads:build\n/);
      });
    });
  });

  /** The recordings of a package come from a program that fails. */
  function whileItFails(use: () => void): void {
    const name = "packages/vision/lfadsfile.ts";
    const lfadsfile = workspace.read(name);
    workspace.write("packages/vision/fail.mjs", 'console.log("reading trial 7");\nprocess.exit(3);\n');
    workspace.edit(name, "import { ", "import { command, ");
    const command = 'command("node fail.mjs {file} {out}", { datasets: "vision/data/*.h5",';
    workspace.edit(name, 'h5(["vision/data/*.h5", "motor/datasets/dataset001.h5"], {', command);
    try {
      use();
    } finally {
      workspace.write(name, lfadsfile);
      rmSync(workspace.path("packages/vision/fail.mjs"));
    }
  }
});

/** Tasks that Nx took from its cache, as `project:target`. */
function fromCache({ text }: Ran): string[] {
  const lines = text.matchAll(
    /^> nx run (\S+?):"(\S+)" {2}\[(?:local cache|existing outputs match the cache, left as is)\]$/gm,
  );
  return [...lines].map(([, project, target]) => `${project}:${target}`).sort();
}

/** The lines with which builds ended. */
function tallies({ text }: Ran): string[] {
  return text.split("\n").filter((line) => /^(Built in|All \d+ targets|Failed after)/.test(line));
}

function hits({ text }: Ran): string | undefined {
  return /Cached: +(.*)/.exec(text)?.[1];
}
