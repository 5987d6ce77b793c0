import type { TargetStatus } from "#lib/build/index.js";
import { allRuns, type Run } from "#lib/config/initial-run.js";
import type { Collection, RunParams, RunSpec } from "#lib/config/project.js";
import { runPlace } from "#rules/run-place.js";
import type { Workspace } from "../open-workspace.js";
import { type ResultRow, readResultRow } from "./result-row.js";

/** A run and what is known of it. */
export class KnownRun implements Run {
  /** `<collection>/<param_HASH>/<spec>`. */
  readonly label: string;
  readonly collection: Collection;
  readonly params: RunParams;
  readonly spec: RunSpec;
  /** Of all that the run needs and makes; known where it was asked for. */
  status: TargetStatus | undefined;
  readonly #workspace: Workspace;
  #row: ResultRow | undefined | null = null;

  constructor(workspace: Workspace, { collection, params, spec }: Run) {
    this.label = runPlace(workspace.project, collection, params, spec).label;
    this.collection = collection;
    this.params = params;
    this.spec = spec;
    this.#workspace = workspace;
  }

  /** Undefined where the run has no results; read when it is first asked for. */
  get row(): ResultRow | undefined {
    if (this.#row === null) this.#row = readResultRow(this.#workspace, this);
    return this.#row;
  }
}

/** All runs, in the order of the lfadsfile. */
export function knownRuns(workspace: Workspace): KnownRun[] {
  return allRuns(workspace.project).map((run) => new KnownRun(workspace, run));
}
