/**
 * The targets of a lfadsfile that cannot be read: each fails with what is wrong when it is run. An error of a plugin would
 * keep Nx from running anything, of any project.
 */
import type { Failure } from "#lib/failure.js";
import type { NxTarget } from "./nx-target.js";
import type { LfadsPluginOptions } from "./plugin-options.js";

export function failingTargets(
  failures: readonly Failure[],
  root: string,
  options: Required<LfadsPluginOptions>,
): Record<string, NxTarget> {
  const description = failures.map(({ where, what }) => (where ? `${where}: ${what}` : what)).join(" ");
  const target = (command: string): NxTarget => ({
    command,
    options: { cwd: root },
    metadata: { technologies: ["lfads"], description },
  });
  return {
    [options.recordingsTargetName]: target("lfads build"),
    [options.buildTargetName]: target("lfads build"),
    [options.statusTargetName]: target("lfads status"),
    [options.auditTargetName]: target("lfads audit"),
    [options.reportTargetName]: target("lfads report"),
  };
}
