import { type IntegerClass, integerRange, isIntegerClass } from "./matlab-value.js";
import type { ParamDefinition, ParamLimits } from "./param-definition.js";

/** What a parameter must be, to end a sentence that starts "… must be". */
export function expectedValue(definition: ParamDefinition): string {
  const one = expectedScalar(definition);
  return definition.lists && definition.class !== "cell" ? `${one}, or a list of such` : one;
}

function expectedScalar({ class: className, limits }: ParamDefinition): string {
  if (limits.enum) return limits.enum.map((text) => `"${text}"`).join(" or ");
  if (className === "char") return "text";
  if (className === "logical") return "true or false";
  if (className === "cell") return "a list";
  if (className === null && Object.keys(limits).length === 0) return "a number, text, true, false or a list of these";
  if (className !== null && isIntegerClass(className))
    return `a whole number${range(integerLimits(className, limits))}`;
  return `a ${limits.whole ? "whole " : ""}number${range(limits)}`;
}

function range({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: ParamLimits): string {
  const least =
    minimum !== undefined ? `at least ${minimum}` : exclusiveMinimum !== undefined ? `above ${exclusiveMinimum}` : "";
  const most =
    maximum !== undefined ? `at most ${maximum}` : exclusiveMaximum !== undefined ? `below ${exclusiveMaximum}` : "";
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  return least && most ? ` ${least} and ${most}` : least || most ? ` ${least}${most}` : "";
}

function integerLimits(className: IntegerClass, limits: ParamLimits): ParamLimits {
  const [least, most] = integerBounds(className);
  return { minimum: Math.max(least, limits.minimum ?? least), maximum: Math.min(most, limits.maximum ?? most) };
}

/** Range of an integer class as far as numbers are exact; the 64-bit classes take digits in quotes beyond it. */
export function integerBounds(className: IntegerClass): readonly [number, number] {
  const [least, most] = integerRange[className];
  return [Math.max(Number(least), Number.MIN_SAFE_INTEGER), Math.min(Number(most), Number.MAX_SAFE_INTEGER)];
}
