import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { ErrorObject } from "ajv";
import { replaceFile } from "#lib/replace-file.js";
import type { LfadsDefinition } from "./definition.js";
import { definitionJson } from "./definition-json.js";
import type { Problem } from "./problem.js";
import { schemaProblem } from "./schema-problem.js";

/** What the schemas say of a definition. */
export interface Validation {
  readonly problems: readonly Problem[];
  /** Whether what is at this JSON pointer, below it, or around it is wrong. */
  isBroken(pointer: string): boolean;
}

const schemaFiles = ["lfadsfile.schema.json", "run-params.schema.json"];

/**
 * Checks a definition against schemas/. ajv takes longer to load than everything else here together, so
 * `memo` keeps the digest of the last definition that was fine, and the same one is not checked again.
 */
export async function validateDefinition(definition: LfadsDefinition, memo: string): Promise<Validation> {
  const schemas = schemaFiles.map((name) => readFileSync(new URL(`../../../schemas/${name}`, import.meta.url), "utf8"));
  const digest = createHash("sha256")
    .update(definitionJson([schemas, definition]))
    .digest("hex");
  if (readOr(memo, "") === digest) return { problems: [], isBroken: () => false };

  const { Ajv } = await import("ajv");
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    discriminator: true,
    allowUnionTypes: true,
    strictTypes: false,
  });
  const [main, ...others] = schemas.map((text) => JSON.parse(text));
  ajv.addSchema(others);
  const validate = ajv.compile(main);
  if (validate(definition)) {
    mkdirSync(dirname(memo), { recursive: true });
    replaceFile(memo, digest);
  }
  return fromErrors(definition, validate.errors ?? []);
}

function fromErrors(definition: LfadsDefinition, errors: readonly ErrorObject[]): Validation {
  const pointers = errors.map(({ instancePath, params }) => {
    const key: string | undefined = params.additionalProperty ?? params.missingProperty;
    return key === undefined ? instancePath : `${instancePath}/${key}`;
  });
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const error of errors) {
    // A value below its least and of the wrong type is wrong once.
    const once = error.keyword === "additionalProperties" || error.keyword === "required" ? "" : error.instancePath;
    if (once !== "" && seen.has(once)) continue;
    seen.add(once);
    problems.push(schemaProblem(definition, error));
  }
  return {
    problems,
    isBroken: (pointer) => pointers.some((p) => `${p}/`.startsWith(`${pointer}/`) || pointer.startsWith(`${p}/`)),
  };
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return otherwise;
  }
}
