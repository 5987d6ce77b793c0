import { createHash } from "node:crypto";
import { dirname, resolve } from "node:path";
import type { LfadsDefinition, RunParamsDefinition } from "./definition.js";
import { definitionJson } from "./definition-json.js";
import { findImportedFiles } from "./find-imported-files.js";
import type { Problem } from "./problem.js";
import type { RunParams } from "./project.js";
import { resolveDatasets } from "./resolve-datasets.js";
import { resolveRunParams } from "./resolve-run-params.js";

/** Digests of the parts of a definition; what a part plans depends on nothing else. */
export interface Fingerprints {
  /** Of what the settings of each collection share. */
  readonly shared: readonly string[];
  /** Of each setting of each collection. */
  readonly settings: readonly (readonly string[])[];
  /** A setting starts from the run of another: the parts cannot be planned one without the other. */
  readonly linked: boolean;
}

/**
 * Undefined where the definition cannot be right, or its recordings are not there: then the whole tells why.
 * @param file The lfadsfile, absolute.
 * @param versions Whatever else the targets depend on, such as the versions of the rules.
 */
export async function fingerprints(
  file: string,
  definition: LfadsDefinition,
  versions: unknown,
): Promise<Fingerprints | undefined> {
  const { collections } = definition;
  const problems: Problem[] = [];
  try {
    const around = {
      ...definition,
      versions,
      collections: await Promise.all(
        collections.map(async ({ params, ...others }) => ({
          ...others,
          files:
            others.imported && findImportedFiles(resolve(dirname(file), definition.root, others.name), others.imported),
          found: await resolveDatasets(
            others.datasets,
            { file, options: {}, settings: () => settled(params) },
            [],
            problems,
          ),
        })),
      ),
    };
    if (problems.length > 0) return undefined;
    const linked = collections.some(({ params }) => params.some(({ values }) => values.initFrom !== undefined));
    const common = digest(definitionJson(linked ? [around, definition] : around));
    const settings = collections.map(({ params }, index) =>
      params.map((setting) => digest(`${common} ${index} ${definitionJson(setting)}`)),
    );
    return { shared: settings.map((each) => digest(`${common} ${each.join(" ")}`)), settings, linked };
  } catch {
    // Something is not of the form that the schemas ask for.
    return undefined;
  }
}

function settled(params: readonly RunParamsDefinition[]): RunParams[] {
  return params.map((setting) => resolveRunParams(setting, [], () => false, []));
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
