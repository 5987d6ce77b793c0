import type { ProjectFiles } from "#lib/config/project-files.js";
import type { LfadsPluginOptions } from "./plugin-options.js";

/** Who makes a file or folder that another project may read. */
export interface OutputOwner {
  readonly project: string;
  readonly target: string;
  /** Absolute. */
  readonly path: string;
}

export function outputOwners(
  project: string,
  files: ProjectFiles,
  { buildTargetName, recordingsTargetName }: Required<LfadsPluginOptions>,
): OutputOwner[] {
  return [
    ...files.recordings.map((path) => ({ project, target: recordingsTargetName, path })),
    ...files.collections.flatMap(({ folder }) =>
      folder === undefined ? [] : [{ project, target: buildTargetName, path: folder }],
    ),
  ];
}
