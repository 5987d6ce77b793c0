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

const defaults: Required<LfadsPluginOptions> = {
  buildTargetName: "lfads:build",
  recordingsTargetName: "lfads:recordings",
  statusTargetName: "lfads:status",
  auditTargetName: "lfads:audit",
  reportTargetName: "lfads:report",
  collectionTargets: true,
  buildArgs: "",
  inputs: [],
};

/** Throws for options that are none, as Nx says of which plugin they are: every command needs the names of the targets. */
export function withDefaults(options: LfadsPluginOptions | undefined): Required<LfadsPluginOptions> {
  const wrong = Object.entries(options ?? {}).flatMap(([name, value]) => problem(name, value) ?? []);
  if (wrong.length > 0)
    throw new Error(wrong.map((what) => `nx.json › plugins › lfads/nx › options: ${what}`).join("\n"));
  return { ...defaults, ...options };
}

function problem(name: string, value: unknown): string | undefined {
  if (!Object.hasOwn(defaults, name)) return `Unknown option ${name}; there are ${Object.keys(defaults).join(", ")}.`;
  const isList = Array.isArray(value);
  if (name === "collectionTargets") {
    if (typeof value === "boolean" || (isList && value.every((each) => typeof each === "string"))) return undefined;
    return `${name} is true, false or a list of names and globs.`;
  }
  if (name === "inputs") return isList ? undefined : `${name} is a list.`;
  return typeof value === "string" ? undefined : `${name} is a text.`;
}
