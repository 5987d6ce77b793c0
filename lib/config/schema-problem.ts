import type { ErrorObject } from "ajv";
import type { LfadsDefinition } from "./definition.js";
import { didYouMean } from "./did-you-mean.js";
import { placeOf, writtenName } from "./place.js";
import type { Problem } from "./problem.js";
import { shownValue } from "./shown-value.js";

/** One finding of ajv as a sentence. The schema's title says what the value must be. */
export function schemaProblem(definition: LfadsDefinition, error: ErrorObject): Problem {
  const place = placeOf(definition, error.instancePath);
  if (error.keyword === "additionalProperties") return unknownKey(definition, error, place);
  if (error.keyword === "required") {
    const missing = placeOf(definition, `/${error.params.missingProperty}`)[0] ?? error.params.missingProperty;
    return { place, what: `${missing} is missing.` };
  }
  const name = placeOf(definition, error.instancePath).at(-1) ?? "the lfadsfile";
  const expected = error.parentSchema?.title ?? "something else";
  return { place, what: `${name} is ${shownValue(error.data)}, but must be ${expected}.` };
}

function unknownKey(definition: LfadsDefinition, error: ErrorObject, place: readonly string[]): Problem {
  const name: string = error.params.additionalProperty;
  const known = Object.keys(error.parentSchema?.properties ?? {});
  const isParam = /\/params\/\d+\/values$/.test(error.instancePath);
  if (!isParam) return { place, what: `Unknown option ${name}${didYouMean(name, known.map(writtenName), "")}` };
  const [, , i, , j] = error.instancePath.split("/");
  const own = Object.keys(definition.collections[Number(i)]?.params[Number(j)]?.own ?? {});
  const guess = didYouMean(name, [...known, ...own], "");
  return {
    place,
    what: `Unknown parameter ${name}${guess}`,
    ...(guess === "." ? { hint: "A parameter of your own is declared in `custom`, see runParams." } : {}),
  };
}
