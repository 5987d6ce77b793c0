import type { MatlabClass, MatlabValue } from "./matlab-value.js";
import type { ParamValue } from "./param-value.js";

/**
 * A coerced value as MATLAB holds it. Lists are rows; `""` and `[]` are 0×0.
 * @param className Null takes the class of the value itself, as cells do for their elements.
 */
export function toMatlab(className: MatlabClass | null, value: ParamValue): MatlabValue {
  const known = className ?? ownClass(value);
  if (known === "char") {
    const text = String(value);
    return { class: "char", dims: rowDims(text.length), data: text };
  }
  const list = Array.isArray(value) ? (value as readonly ParamValue[]) : [value as ParamValue];
  const dims = rowDims(list.length);
  if (known === "cell") return { class: "cell", dims, data: list.map((element) => toMatlab(null, element)) };
  if (known === "logical") return { class: "logical", dims, data: list.map((element) => element === true) };
  return {
    class: known,
    dims,
    data: list.map((element) => (typeof element === "string" ? BigInt(element) : Number(element))),
  };
}

function rowDims(length: number): readonly [number, number] {
  return length === 0 ? [0, 0] : [1, length];
}

function ownClass(value: ParamValue): MatlabClass {
  if (typeof value === "string") return "char";
  if (typeof value === "boolean") return "logical";
  if (typeof value === "number") return "double";
  if (value.every((element) => typeof element === "number")) return "double";
  if (value.every((element) => typeof element === "boolean")) return "logical";
  return "cell";
}
