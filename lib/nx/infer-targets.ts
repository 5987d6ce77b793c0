/** The targets of one lfadsfile. */
import { join } from "node:path";
import type { CollectionFiles, ProjectFiles } from "#lib/config/project-files.js";
import { shellQuote } from "#lib/shell-quote.js";
import { nxPath } from "./nx-place.js";
import type { NxTarget } from "./nx-target.js";
import type { LfadsPluginOptions } from "./plugin-options.js";
import { commonInputs, distinct, ownersOf, recordingInputs, type TargetPlace } from "./target-inputs.js";

export function inferTargets(
  files: ProjectFiles,
  place: TargetPlace,
  options: Required<LfadsPluginOptions>,
): Record<string, NxTarget> {
  const { buildTargetName, recordingsTargetName, auditTargetName, reportTargetName, statusTargetName } = options;
  const common = [...commonInputs(files, place), ...options.inputs];
  const target = (description: string, command: string, more: Partial<NxTarget> = {}): NxTarget => ({
    command,
    options: { cwd: place.root },
    ...more,
    metadata: { technologies: ["lfads"], description },
  });
  const cached = (
    description: string,
    command: string,
    collections: readonly CollectionFiles[],
    made: readonly string[],
    before: readonly string[],
    leftOut: readonly string[] = [],
  ) => {
    const outputs = made.map((path) => nxPath(place, path));
    const excluded = place.leavesOut ? leftOut.flatMap((path) => nxPath(place, path) ?? []) : [];
    return target(description, command, {
      // What lies outside the workspace is neither kept nor restored by Nx; lfads itself knows what is stale.
      cache: outputs.every((path) => path !== undefined),
      inputs: distinct([...common, ...recordingInputs(collections, place)]),
      outputs: [...outputs.filter((path) => path !== undefined), ...excluded.map((path) => `!${path}`)],
      dependsOn: [
        ...before,
        ...ownersOf(collections, place).map((owner) => ({ projects: [owner.project], target: owner.target })),
      ],
    });
  };
  const build = (labels: readonly string[]) =>
    ["lfads build", ...labels.map(shellQuote), "--records", options.buildArgs].filter((word) => word !== "").join(" ");
  const all = files.collections;
  const folders = all.flatMap(({ folder }) => folder ?? []);
  const page = (folder: string) => join(folder, "report.html");

  const targets: Record<string, NxTarget> = {
    [recordingsTargetName]: cached(
      "Makes and checks the recordings",
      build(files.datasetCollections),
      all,
      files.recordings,
      [],
    ),
    [buildTargetName]: cached(
      "Builds all that is stale",
      build([]),
      all,
      folders,
      [recordingsTargetName],
      folders.map(page),
    ),
  };
  for (const collection of all.filter(({ name }) => isChosen(name, options.collectionTargets))) {
    const needed = [collection, ...all.filter(({ name }) => collection.startsFrom.includes(name))];
    const own = collection.folder === undefined ? [] : [collection.folder];
    const first = needed.slice(1).map(({ name }) => `${buildTargetName}:${name}`);
    targets[`${buildTargetName}:${collection.name}`] = cached(
      `Builds what is stale of ${collection.name}`,
      build([collection.name]),
      needed,
      own,
      [recordingsTargetName, ...first.filter((name) => name in targets)],
      own.map(page),
    );
  }
  targets[statusTargetName] = target("Shows the runs: fresh, stale, missing, failed", "lfads status");
  targets[auditTargetName] = target("Says whether the results can be trusted", `${build([])} && lfads audit`, {
    dependsOn: [buildTargetName],
  });
  targets[reportTargetName] = cached(
    "Makes a page of each collection to look at",
    "lfads report",
    all,
    folders.map(page),
    [buildTargetName],
  );
  return targets;
}

function isChosen(name: string, chosen: boolean | readonly string[]): boolean {
  if (typeof chosen === "boolean") return chosen;
  return chosen.some((glob) => {
    const source = glob
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".");
    return new RegExp(`^${source}$`, "u").test(name);
  });
}
