import { err, ok, type Result } from "#lib/result.js";
import { expectedValue, integerBounds } from "./expected-value.js";
import { integerRange, isIntegerClass, type MatlabClass } from "./matlab-value.js";
import type { ParamDefinition, ParamLimits } from "./param-definition.js";
import type { ParamValue } from "./param-value.js";

/**
 * A value as MATLAB would store it in the parameter's class. Where MATLAB would round, saturate or reject
 * what the user wrote, the error is what the parameter must be: "a whole number from 1 to 65535".
 */
export function coerceParam(definition: ParamDefinition, value: unknown): Result<ParamValue, string> {
  const coerced = coerceTo(definition, value);
  return coerced === undefined ? err(expectedValue(definition)) : ok(coerced);
}

function coerceTo(definition: ParamDefinition, value: unknown): ParamValue | undefined {
  if (definition.class === "cell") return Array.isArray(value) ? coerceList(null, value, {}) : undefined;
  if (Array.isArray(value)) {
    if (!definition.lists && definition.class !== null) return undefined;
    const list = coerceList(definition.class, value, definition.limits);
    return list?.length === 1 ? list[0] : list;
  }
  return coerceScalar(definition.class, value, definition.limits);
}

function coerceList(
  className: MatlabClass | null,
  list: readonly unknown[],
  limits: ParamLimits,
): readonly ParamValue[] | undefined {
  const coerced: ParamValue[] = [];
  for (const element of list) {
    const one =
      className === null && Array.isArray(element)
        ? coerceList(null, element, limits)
        : coerceScalar(className, element, limits);
    if (one === undefined) return undefined;
    coerced.push(one);
  }
  return coerced;
}

function coerceScalar(className: MatlabClass | null, value: unknown, limits: ParamLimits): ParamValue | undefined {
  if (className === "char" || (className === null && typeof value === "string")) {
    if (typeof value !== "string") return undefined;
    return limits.enum && !limits.enum.includes(value) ? undefined : value;
  }
  if (className === "logical" || (className === null && typeof value === "boolean")) {
    if (typeof value === "boolean") return value;
    return value === 0 || value === 1 ? value === 1 : undefined;
  }
  if ((className === "int64" || className === "uint64") && typeof value === "string") {
    return coerceBigInteger(className, value);
  }
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  if (className !== null && isIntegerClass(className)) {
    const [least, most] = integerBounds(className);
    if (!Number.isSafeInteger(value) || value < least || value > most) return undefined;
  }
  if (!isWithin(value, limits)) return undefined;
  return className === "single" ? Math.fround(value) : value;
}

/** Digits stay text where a number cannot hold them. */
function coerceBigInteger(className: "int64" | "uint64", digits: string): ParamValue | undefined {
  if (!/^-?\d{1,20}$/.test(digits)) return undefined;
  const value = BigInt(digits);
  const [least, most] = integerRange[className];
  if (value < least || value > most) return undefined;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}

function isWithin(value: number, limits: ParamLimits): boolean {
  return (
    value >= (limits.minimum ?? -Infinity) &&
    value <= (limits.maximum ?? Infinity) &&
    value > (limits.exclusiveMinimum ?? -Infinity) &&
    value < (limits.exclusiveMaximum ?? Infinity) &&
    (!limits.whole || Number.isInteger(value))
  );
}
