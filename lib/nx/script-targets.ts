import type { NxTarget } from "./nx-target.js";

/**
 * Nx has a script of package.json take the place of a target of its name, with all that it is cached by (`lfads init
 * --turbo` writes one). A target that runs that script is merged with it instead.
 */
export function asScripts(
  targets: Readonly<Record<string, NxTarget>>,
  scripts: Readonly<Record<string, string>>,
): Record<string, NxTarget> {
  const entries = Object.entries(targets).map(([name, target]): [string, NxTarget] => {
    if (!builds(scripts[name])) return [name, target];
    const { command: _command, ...rest } = target;
    return [name, { ...rest, executor: "nx:run-script", options: { script: name } }];
  });
  return Object.fromEntries(entries);
}

/** With the records that results need elsewhere. */
function builds(script: string | undefined): boolean {
  return /\blfads\b.*\bbuild\b.*--records\b/.test(script ?? "");
}
