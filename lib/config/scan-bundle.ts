/** What a bundled lfadsfile takes from outside of it, by its text; esbuild has written that in one way only. */
import { isBuiltin } from "node:module";

interface Surroundings {
  /** Names of packages that are left outside, but for this one. */
  readonly packages: readonly string[];
  /** Names of environment variables. */
  readonly environment: readonly string[];
}

const imports = /^(?:import|export)\b[^;"']*?"([^"]+)"|\bimport\("([^"]+)"\)/gm;
const members = /\bprocess\d*\.env(?:\??\.([A-Za-z_]\w*)|(?:\?\.)?\[["']([^"']+)["']\])/g;
const destructured = /\{([^{}]*)\}\s*=\s*process\d*\.env\b/g;

/** Every variable that may be read is taken, also one that only some branch reads. */
export function scanBundle(text: string): Surroundings {
  const modules = [...text.matchAll(imports)].map(([, from, dynamic]) => from ?? dynamic!);
  const outside = modules.filter((name) => !/^(\.|\/|file:|node:)/.test(name) && !isBuiltin(name));
  const named = [...text.matchAll(members)].map(([, dotted, quoted]) => dotted ?? quoted!);
  const taken = [...text.matchAll(destructured)].flatMap(([, names]) => [...names!.matchAll(/(?:^|,)\s*(\w+)/g)]);
  return {
    packages: sorted(outside.map(packageOf)),
    environment: sorted([...named, ...taken.map(([, name]) => name!)]),
  };
}

/** `@scope/name` or `name` of what is imported. */
export function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
