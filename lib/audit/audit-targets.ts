/**
 * Whether results are what their records say, and the records what the lfadsfile plans, back to the raw files. Nothing
 * that a build remembers is believed: every file is hashed, every key computed from what its record says.
 */
import { statSync } from "node:fs";
import { hashFiles } from "#lib/build/hash-files.js";
import { type Graph, type GraphNode, withInputs } from "#lib/build/index.js";
import type { Hashed } from "#lib/build/read-digest.js";
import type { Manifest } from "#lib/build/resolve-inputs.js";
import { BuildState } from "#lib/build/state.js";
import type { StoreHome } from "#lib/build/store-home.js";
import type { AuditCounts, AuditReport, TargetAudit } from "./audit-report.js";
import { checkFiles, filesOf, isAbsent } from "./check-files.js";
import { checkRecord, portablePath, type RecordCheck, type Records } from "./check-record.js";
import { reachesDependents } from "./finding.js";
import { plannedAction } from "./planned-action.js";
import { recordsByLabel } from "./read-record.js";
import { unrecordedFiles } from "./unrecorded-files.js";

export interface AuditOptions {
  readonly graph: Graph;
  /** Labels as `select` gives them; what they were made from is audited too. */
  readonly labels: readonly string[];
  /** Folder of the lfadsfile. */
  readonly dir: string;
  readonly home: StoreHome;
  readonly ruleVersions: Readonly<Record<string, string>>;
  /** Bytes read, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}

export async function auditTargets(options: AuditOptions): Promise<AuditReport> {
  const { graph, labels, dir, home, ruleVersions } = options;
  const nodes = withInputs(graph, labels);
  const store = home.contents;
  const rawFiles = new Set(
    nodes.flatMap(({ target }) => target.inputs.flatMap((input) => ("file" in input ? [input.file] : []))),
  );
  const rawBytes = [...rawFiles].reduce((sum, file) => sum + sizeOf(file), 0);
  const raw = await hashFiles(rawFiles, rawBytes, progress(options, 0, rawBytes));
  const checks = checkRecords(nodes, raw, ruleVersions, openRecords(dir, home));

  const files = new Map<string, number>();
  for (const [{ target }, { built, record }] of checks) {
    if (built && record) for (const [file, size] of filesOf(target, record, store)) files.set(file, size);
  }
  const bytes = [...files.values()].reduce((sum, size) => sum + size, 0);
  const hashed = await hashFiles(new Set(files.keys()), bytes, progress(options, rawBytes, rawBytes + bytes));

  const portable = (path: string) => portablePath(dir, path);
  const audits = new Map<string, TargetAudit>();
  for (const [{ target, inputs }, { built, record, findings }] of checks) {
    const { label, rule } = target;
    const ofFiles = built && record ? checkFiles(target, record, store, hashed, portable) : [];
    const all = [...findings, ...ofFiles];
    const status = !built ? "not-built" : all.length > 0 ? "broken" : "holds";
    const restsOn = built ? doubtful(inputs, audits) : [];
    audits.set(label, { label, rule, status, findings: all, restsOn, record });
  }
  const targets = [...audits.values()];
  const counts = count(targets, raw, hashed, store);
  const holds = counts.audited > 0 && counts.broken === 0;
  const audited = new Set(nodes);
  const all = graph.nodes.every((node) => node.target.onDemand || audited.has(node));
  const unrecorded = all
    ? unrecordedFiles(
        nodes.map(({ target }) => target),
        audits,
      ).map(portable)
    : [];
  return { holds, targets, counts, unrecorded };
}

function checkRecords(
  nodes: readonly GraphNode[],
  raw: ReadonlyMap<string, Hashed>,
  ruleVersions: Readonly<Record<string, string>>,
  records: Records,
): Map<GraphNode, RecordCheck> {
  const checks = new Map<GraphNode, RecordCheck>();
  const manifests = new Map<string, Manifest>();
  for (const node of nodes) {
    const { target } = node;
    const ruleVersion = ruleVersions[target.rule];
    if (ruleVersion === undefined) throw new Error(`no version is known of the rule ${target.rule}`);
    const check = checkRecord(target, plannedAction(target, ruleVersion, raw, manifests), records);
    checks.set(node, check);
    if (check.record) manifests.set(target.label, { outDir: target.outDir, outputs: check.record.outputs });
  }
  return checks;
}

function openRecords(dir: string, { actions: folder }: StoreHome): Records {
  const state = new BuildState(dir, { warn: () => {} });
  let newest: ReturnType<typeof recordsByLabel> | undefined;
  return {
    folder,
    dir,
    lastKey: ({ label, outDir }) => {
      const built = state.target(label)?.built;
      return built?.outDir === state.portable(outDir) ? built.key : undefined;
    },
    newest: (label) => {
      newest ??= recordsByLabel(folder);
      return newest.get(label);
    },
  };
}

function doubtful(inputs: readonly GraphNode[], audits: ReadonlyMap<string, TargetAudit>): string[] {
  const labels = inputs.flatMap(({ target: { label } }) => {
    const { findings, restsOn } = audits.get(label)!;
    return findings.some(reachesDependents) ? [label, ...restsOn] : restsOn;
  });
  return [...new Set(labels)];
}

function count(
  targets: readonly TargetAudit[],
  raw: ReadonlyMap<string, Hashed>,
  hashed: ReadonlyMap<string, Hashed>,
  store: string,
): AuditCounts {
  const isStored = (path: string) => path.startsWith(`${store}/`);
  const files = [...hashed].filter(([, each]) => !isAbsent(each)).map(([path]) => path);
  const storedCopies = files.filter(isStored).length;
  const of = (status: TargetAudit["status"]) => targets.filter((target) => target.status === status).length;
  return {
    audited: targets.length - of("not-built"),
    broken: of("broken"),
    inDoubt: targets.filter(({ status, restsOn }) => status === "holds" && restsOn.length > 0).length,
    notBuilt: of("not-built"),
    imported: targets.filter(({ status, record }) => status !== "not-built" && record?.provenance.imported).length,
    rawFiles: raw.size,
    outputs: files.length - storedCopies,
    storedCopies,
    notStored: [...hashed.keys()].filter(isStored).length - storedCopies,
    bytes: bytesOf(raw) + bytesOf(hashed),
  };
}

function progress({ onProgress }: AuditOptions, before: number, total: number): (bytes: number) => void {
  let done = before;
  return (bytes) => {
    done += bytes;
    onProgress?.(done, Math.max(done, total));
  };
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}

function bytesOf(hashed: ReadonlyMap<string, Hashed>): number {
  let sum = 0;
  for (const each of hashed.values()) if ("size" in each) sum += each.size;
  return sum;
}
