import type { NxInput } from "./nx-target.js";

/** Beside `"plugin": "lfads/nx"` in nx.json. */
export interface LfadsPluginOptions {
  /** Names of the targets. */
  readonly buildTargetName?: string;
  readonly recordingsTargetName?: string;
  readonly statusTargetName?: string;
  readonly auditTargetName?: string;
  readonly reportTargetName?: string;
  /** Collections that get a target of their own: all, none, or those whose names match one of these globs. */
  readonly collectionTargets?: boolean | readonly string[];
  /** Added to every command that builds, as `--jobs 4 --keep-going`. */
  readonly buildArgs?: string;
  /** Added to the inputs of every target that is cached. */
  readonly inputs?: readonly NxInput[];
}

export function withDefaults(options: LfadsPluginOptions | undefined): Required<LfadsPluginOptions> {
  return {
    buildTargetName: "lfads:build",
    recordingsTargetName: "lfads:recordings",
    statusTargetName: "lfads:status",
    auditTargetName: "lfads:audit",
    reportTargetName: "lfads:report",
    collectionTargets: true,
    buildArgs: "",
    inputs: [],
    ...options,
  };
}
