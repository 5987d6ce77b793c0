import { textOf } from "./compare-values.js";
import type { Hdf5Attribute } from "./open-hdf5.js";

export interface AttributeDifference {
  /** Of the dataset or group; a group's ends in a slash. */
  readonly path: string;
  readonly name: string;
  /** Undefined where one object has no such attribute. */
  readonly left: Hdf5Attribute | undefined;
  readonly right: Hdf5Attribute | undefined;
}

/** Those that only one of two objects has, or that differ in type, shape or value; by name. */
export function compareAttributes(
  path: string,
  left: readonly Hdf5Attribute[],
  right: readonly Hdf5Attribute[],
): AttributeDifference[] {
  const names = [...new Set([...left, ...right].map(({ name }) => name))].sort((a, b) => (a < b ? -1 : 1));
  const pairs = names.map((name) => ({
    path,
    name,
    left: left.find((attribute) => attribute.name === name),
    right: right.find((attribute) => attribute.name === name),
  }));
  return pairs.filter((pair) => textOf(pair.left) !== textOf(pair.right));
}
