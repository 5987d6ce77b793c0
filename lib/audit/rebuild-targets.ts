/**
 * Makes targets again from what they were made from, and compares. It is a build like any other, of targets that read
 * nothing but files, in a scratch folder: what was built is not touched.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ActionRecord,
  type BuildEvent,
  createGraph,
  type Graph,
  openSession,
  type RunOptions,
  type SessionOptions,
  type Target,
} from "#lib/build/index.js";
import { readDigest } from "#lib/build/read-digest.js";
import type { StoreHome } from "#lib/build/store-home.js";
import { storedFile } from "#lib/build/stored-file.js";
import type { Failure } from "#lib/failure.js";
import { compareFiles, type FileDifference } from "./compare-outputs.js";
import { scratchStore } from "./scratch-store.js";

export interface RebuildOptions extends Pick<RunOptions, "memoryOf" | "signal"> {
  readonly graph: Graph;
  readonly home: StoreHome;
  /** Targets whose records hold, with them. */
  readonly records: ReadonlyMap<string, ActionRecord>;
  /** Of the session that makes them again. */
  readonly session: Pick<
    SessionOptions,
    "ruleVersions" | "rulesModule" | "jobs" | "memoryBytes" | "executor" | "onEvent"
  >;
}

export interface Rebuild {
  readonly targets: readonly RebuiltTarget[];
  readonly interrupted: boolean;
  readonly seconds: number;
}

export interface RebuiltTarget {
  readonly label: string;
  readonly key: string;
  /**
   * `not-run`: interrupted before, or an input is neither in its place nor in the store; `imported`: it was made elsewhere,
   * and nothing tells how.
   */
  readonly outcome: "identical" | "different" | "failed" | "not-run" | "imported";
  /** Files that were recorded. */
  readonly files: number;
  readonly differences: readonly FileDifference[];
  readonly failure?: Failure;
}

export async function rebuildTargets(options: RebuildOptions): Promise<Rebuild> {
  const scratch = mkdtempSync(join(tmpdir(), "lfads-audit-"));
  try {
    return await rebuildIn(scratch, options);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function rebuildIn(scratch: string, options: RebuildOptions): Promise<Rebuild> {
  const { graph, home, records, memoryOf, signal } = options;
  const rebuilt = new Map<string, RebuiltTarget>();
  const targets: Target[] = [];
  for (const [label, record] of records) {
    const { target } = graph.byLabel.get(label)!;
    if (record.provenance.imported) {
      const { key, outputs } = record;
      rebuilt.set(label, { label, key, outcome: "imported", files: outputs.length, differences: [] });
      continue;
    }
    const inputs = inputsOf(target, record, graph, home);
    const { key, outputs } = record;
    const start = { label, key, files: outputs.length, differences: [] };
    rebuilt.set(label, { ...start, outcome: "not-run", ...("kind" in inputs ? { failure: inputs } : {}) });
    if ("kind" in inputs) continue;
    const { rule, params, settings = null, resources = {} } = target;
    const outDir = join(scratch, "made", String(targets.length));
    targets.push({ label, rule, params, settings, resources, inputs, outDir });
  }
  const alone = createGraph(targets);
  if (!alone.ok) throw new Error(JSON.stringify(alone.error));

  let comparing = Promise.resolve();
  const compareMade = async (label: string) => {
    const { outDir } = alone.value.byLabel.get(label)!.target;
    const [recorded, made] = [records.get(label)!, session.show(label).record!];
    if (made.key !== recorded.key) throw new Error(`${label} was made again under another key`);
    const differences = await compareOutputs(graph.byLabel.get(label)!.target, recorded, made, outDir, home);
    rebuilt.set(label, {
      ...rebuilt.get(label)!,
      outcome: differences.length === 0 ? "identical" : "different",
      differences,
    });
    rmSync(outDir, { recursive: true, force: true });
  };
  const onEvent = (event: BuildEvent) => {
    options.session.onEvent?.(event);
    if (event.type === "finished") {
      comparing = comparing.then(() => compareMade(event.label));
      // It is awaited when all are made.
      comparing.catch(() => {});
    }
    if (event.type === "failed") {
      const { logFile: _, ...failure } = event.failure;
      rebuilt.set(event.label, { ...rebuilt.get(event.label)!, outcome: "failed", failure });
    }
  };
  const session = openSession({ ...options.session, graph: alone.value, dir: scratch, store: scratchStore, onEvent });
  try {
    const { interrupted, seconds } = await session.run({
      keepGoing: true,
      ...(memoryOf ? { memoryOf } : {}),
      ...(signal ? { signal } : {}),
    });
    await comparing;
    return { targets: [...rebuilt.values()], interrupted, seconds };
  } finally {
    await session.close();
  }
}

/** Each file that the record names, where its content is. */
function inputsOf(target: Target, record: ActionRecord, graph: Graph, home: StoreHome): Target["inputs"] | Failure {
  const inputs: Target["inputs"][number][] = [];
  for (const { name, file, digest } of record.inputs) {
    const input = target.inputs.find((each) => each.name === name)!;
    const place = "file" in input ? input.file : join(graph.byLabel.get(input.target)!.target.outDir, file);
    const path = fileWith(digest, place, home);
    if (path === undefined) {
      const what = `Its input "${name}" is neither in its place nor in the store.`;
      return { kind: "data", what, where: place, target: target.label };
    }
    inputs.push({ name, file: path, as: file });
  }
  return inputs;
}

/** Where content is: in its place, or in the store. */
function fileWith(digest: string, place: string, { contents }: StoreHome): string | undefined {
  const stored = storedFile(contents, digest);
  return [place, stored].find((path) => {
    const hashed = readDigest(path, () => {});
    return "digest" in hashed && hashed.digest === digest;
  });
}

async function compareOutputs(
  target: Target,
  recorded: ActionRecord,
  made: ActionRecord,
  outDir: string,
  home: StoreHome,
): Promise<FileDifference[]> {
  const differences: FileDifference[] = [];
  const again = new Map(made.outputs.map((output) => [output.path, output.digest]));
  for (const { path, digest } of recorded.outputs) {
    const madeDigest = again.get(path);
    again.delete(path);
    if (madeDigest === digest) continue;
    const file = fileWith(digest, join(target.outDir, path), home);
    if (madeDigest === undefined) differences.push({ path, kind: "not-made" });
    else if (file === undefined) differences.push({ path, kind: "digest", recorded: digest, made: madeDigest });
    else differences.push(await compareFiles(path, file, join(outDir, path)));
  }
  for (const path of again.keys()) differences.push({ path, kind: "not-recorded" });
  return differences;
}
