import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type BuildResult,
  type BuildSession,
  countOutcomes,
  createGraph,
  type Outcome,
  type Plan,
  withInputs,
} from "#lib/build/index.js";
import { buildProject } from "#lib/cli/build-project.js";
import { loadProject } from "#lib/config/load-project.js";
import type { DatasetInfo } from "#lib/sources/dataset-info.js";
import { planTargets } from "#rules/plan.js";
import { datasetTarget } from "#rules/plan-recordings.js";
import { inFolder, tinyLfadsfile } from "./run-lfads.js";

const info: DatasetInfo = {
  name: "",
  nTrials: 24,
  nChannels: 7,
  nBins: 100,
  binMs: 1,
  hasTruth: true,
  hasConditions: true,
  nExternalInputs: 0,
  nConditions: 0,
  alignmentFactors: null,
  notCounts: null,
  split: null,
};

/** A session that only notes what it was asked to run; `:dataset` targets write `info`. */
async function workspaceIn(dir: string, options: { fresh?: boolean; failing?: string; trials?: number } = {}) {
  const loaded = await loadProject(join(dir, "lfadsfile.ts"));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  const project = loaded.value;
  const graph = createGraph(planTargets(project));
  if (!graph.ok) throw new Error(JSON.stringify(graph.error));
  const runs: string[][] = [];
  const session = {
    async plan(labels: readonly string[]): Promise<Plan> {
      const nodes = withInputs(graph.value, labels);
      const run = options.fresh ? 0 : nodes.length;
      const counts = { total: nodes.length, fresh: nodes.length - run, restore: 0, run, maybe: 0, blocked: 0 };
      const verdict = options.fresh
        ? ({ kind: "fresh", key: "" } as const)
        : ({ kind: "run", key: "", reasons: [] } as const);
      return { nodes, verdicts: new Map(nodes.map(({ target }) => [target.label, verdict])), counts };
    },
    show: () => ({ lastBuild: undefined }),
    async run({ labels = [] }: { labels?: readonly string[] }): Promise<BuildResult> {
      runs.push([...labels]);
      for (const set of project.collections.map((collection) => collection.datasets)) {
        for (const { name } of set.datasets) {
          const { infoFile } = datasetTarget(project, set, name, project.collections[0]!.params[0]!);
          mkdirSync(dirname(infoFile), { recursive: true });
          writeFileSync(infoFile, JSON.stringify({ ...info, name, nTrials: options.trials ?? info.nTrials }));
        }
      }
      const outcomeOf = (label: string): Outcome => (label === options.failing ? "failed" : "ran");
      const outcomes = new Map(labels.map((label) => [label, outcomeOf(label)]));
      const failures = labels
        .filter((label) => label === options.failing)
        .map((target) => ({ kind: "data" as const, what: "It is empty.", target }));
      const counts = countOutcomes(outcomes.values());
      return { ok: failures.length === 0, interrupted: false, counts, seconds: 1, failures, outcomes };
    },
  };
  return { workspace: { project, graph: graph.value, session: session as unknown as BuildSession }, runs };
}

const options = { labels: [], keepGoing: false, signal: new AbortController().signal };
const datasets = ["tiny/dataset001:dataset", "tiny/dataset002:dataset"];

describe("a build", () => {
  it("runs nothing when everything is fresh", async () => {
    await inFolder(tinyLfadsfile(), async (dir) => {
      const { workspace, runs } = await workspaceIn(dir, { fresh: true });
      expect(await buildProject(workspace, options)).toMatchObject({ ok: true, value: { kind: "all-fresh" } });
      expect(runs).toEqual([]);
    });
  });

  it("reads the recordings first and then makes the rest", async () => {
    await inFolder(tinyLfadsfile(), async (dir) => {
      const { workspace, runs } = await workspaceIn(dir);
      const outcome = await buildProject(workspace, options);
      expect(runs[0]).toEqual(datasets);
      const made = workspace.graph.nodes.filter(({ target }) => !target.onDemand);
      expect(runs[1]).toHaveLength(made.length);
      expect(runs).toHaveLength(2);
      expect(outcome).toMatchObject({ ok: true, value: { kind: "built", result: { ok: true } } });
    });
  });

  it("stops before anything else runs when a setting does not fit the recordings", async () => {
    await inFolder(tinyLfadsfile(), async (dir) => {
      const { workspace, runs } = await workspaceIn(dir, { trials: 8 });
      const outcome = await buildProject(workspace, options);
      expect(runs).toEqual([datasets]);
      expect(outcome.ok).toBe(false);
      const whats = outcome.ok ? [] : outcome.error.map((failure) => failure.what);
      expect(whats.join("\n")).toContain("c_batch_size is 8, but dataset001 has 6 training trials");
    });
  });

  it("reads only the recordings of collections that are asked for, and none for a recording itself", async () => {
    await inFolder(tinyLfadsfile(), async (dir) => {
      const { workspace, runs } = await workspaceIn(dir);
      await buildProject(workspace, { ...options, labels: ["single"] });
      await buildProject(workspace, { ...options, labels: ["tiny/dataset002:generate"] });
      expect(runs[0]).toEqual(["tiny/dataset001:dataset"]);
      expect(runs.slice(2)).toEqual([["tiny/dataset002:generate"]]);
    });
  });

  it("goes on without a recording that failed only with keepGoing, and fails in the end", async () => {
    await inFolder(tinyLfadsfile(), async (dir) => {
      const stopped = await workspaceIn(dir, { failing: datasets[0]! });
      expect(await buildProject(stopped.workspace, options)).toMatchObject({ value: { result: { ok: false } } });
      expect(stopped.runs).toEqual([datasets]);
      const going = await workspaceIn(dir, { failing: datasets[0]! });
      const outcome = await buildProject(going.workspace, { ...options, keepGoing: true });
      expect(going.runs).toHaveLength(2);
      expect(going.runs[1]).not.toContain(datasets[0]);
      expect(outcome).toMatchObject({ value: { result: { ok: false, counts: { failed: 1 } } } });
    });
  });
});
