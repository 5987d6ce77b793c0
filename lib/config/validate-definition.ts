import { createRequire } from "node:module";
import type { ErrorObject, ValidateFunction } from "ajv";
import type { LfadsDefinition } from "./definition.js";
import type { Problem } from "./problem.js";
import { schemaProblem } from "./schema-problem.js";

/** What the schemas say of a definition. */
export interface Validation {
  readonly problems: readonly Problem[];
  /** Whether what is at this JSON pointer, below it, or around it is wrong. */
  isBroken(pointer: string): boolean;
}

/** Checks a definition against schemas/, with the code that scripts/compile-schemas.mjs makes of them. */
export function validateDefinition(definition: LfadsDefinition): Validation {
  const validate = createRequire(import.meta.url)("../../schemas/lfadsfile.cjs") as ValidateFunction;
  validate(definition);
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
