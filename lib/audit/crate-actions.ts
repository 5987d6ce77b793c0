/** What was done, as actions of a crate: each target's run, and all of them as one. */
import { basename, join } from "node:path";
import type { ActionRecord, Graph, Target } from "#lib/build/index.js";
import type { CrateAgents } from "./crate-agents.js";
import { Entities, type Entity, localId, refer, timeText, uriPath } from "./crate-entity.js";
import type { CrateFiles } from "./crate-files.js";
import type { CrateTools } from "./crate-tools.js";

const completed = "http://schema.org/CompletedActionStatus";

export interface Made {
  readonly target: Target;
  readonly record: ActionRecord;
}

/** One target's run. */
export function actionOf(
  { target, record }: Made,
  graph: Graph,
  tools: CrateTools,
  files: CrateFiles,
  agents: CrateAgents,
): Entity {
  const { rule, ruleVersion, provenance, params, inputs, outputs } = record;
  const { platform, node, threads, git, label } = provenance;
  const tool = tools.add(rule, ruleVersion);
  const read = inputs.map(({ name, file, digest }) => {
    const from = target.inputs.find((each) => each.name === name)!;
    const path = "file" in from ? from.file : join(graph.byLabel.get(from.target)!.target.outDir, file);
    return files.add(path, digest, tools.files(rule, "input"));
  });
  const values = tools.values(rule, params);
  const result = outputs.map(({ path, digest }) =>
    files.add(join(target.outDir, path), digest, tools.files(rule, "output")),
  );
  const commit = git ? `, git ${git.commit}${git.dirty ? " with uncommitted changes" : ""}` : "";
  const shared = label === target.label ? "" : ` Made for ${label}, whose result this shares.`;
  return {
    "@id": localId("run", target.label),
    "@type": "CreateAction",
    name: target.label,
    description: provenance.imported
      ? "Imported: the files were there, and how they were made is not known."
      : `Rule ${rule}, version ${ruleVersion}; ${platform}, node ${node}, threads ${threads}${commit}.${shared}`,
    agent: agents.of([record]),
    instrument: tool,
    object: [...read, ...values],
    result,
    ...timesOf([record]),
    actionStatus: completed,
  };
}

export function controlOf({ label, rule }: Target): Entity {
  return {
    "@id": localId("control", label),
    "@type": "ControlAction",
    name: `Run of ${label}`,
    instrument: refer(localId("step", rule)),
    object: refer(localId("run", label)),
  };
}

/** All that was made, as one run of the lfadsfile. */
export function wholeRun(lfadsfile: string, made: readonly Made[], files: CrateFiles, agents: CrateAgents) {
  const results = new Set(
    made.flatMap(({ target, record }) =>
      record.outputs.map(({ path, digest }) => files.idOf(join(target.outDir, path), digest)),
    ),
  );
  return {
    "@id": "#build",
    "@type": "CreateAction",
    name: `Build of ${basename(lfadsfile)}`,
    description: `lfads build: ${made.length} targets.`,
    agent: agents.of(made.map(({ record }) => record)),
    instrument: refer(uriPath(basename(lfadsfile))),
    object: files
      .ids()
      .filter((id) => !results.has(id))
      .map(refer),
    result: files
      .ids()
      .filter((id) => results.has(id))
      .map(refer),
    ...timesOf(made.map(({ record }) => record)),
    actionStatus: completed,
  };
}

/** What the records say that reached their results, each version once. */
export function softwareOf(made: readonly Made[]): Entity[] {
  const found = new Entities();
  for (const { node, versions } of made.map(({ record }) => record.provenance)) {
    for (const [name, softwareVersion] of [["node", node] as const, ...Object.entries(versions)]) {
      found.add({
        "@id": localId("software", name, softwareVersion),
        "@type": "SoftwareApplication",
        name,
        softwareVersion,
      });
    }
  }
  return [...found.all()];
}

/** From the first start to the last end. */
function timesOf(records: readonly ActionRecord[]) {
  const starts = records.map(({ provenance }) => Date.parse(provenance.startedAt));
  const ends = records.map(({ provenance }, i) => starts[i]! + 1000 * provenance.seconds);
  const least = starts.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = ends.reduce((a, b) => Math.max(a, b), 0);
  return { startTime: timeText(least), endTime: timeText(most) };
}
