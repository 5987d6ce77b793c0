/** The parts that an RO-Crate is put together from. */
import type { Json } from "#lib/build/target.js";

export interface Reference {
  readonly "@id": string;
}

export interface Entity extends Reference {
  readonly "@type": string | readonly string[];
  readonly [property: string]: unknown;
}

export const refer = (id: string): Reference => ({ "@id": id });

/** Entities by id, in the order they came in; the first of an id stays. */
export class Entities {
  readonly #byId = new Map<string, Entity>();

  add(entity: Entity): Reference {
    const id = entity["@id"];
    if (!this.#byId.has(id)) this.#byId.set(id, entity);
    return refer(id);
  }

  all(): readonly Entity[] {
    return [...this.#byId.values()];
  }
}

/** As the specification has lists of one and none: the value itself, and nothing. */
export function compact(entity: Entity): Entity {
  const properties = Object.entries(entity).flatMap(([name, value]) => {
    if (!Array.isArray(value)) return [[name, value]];
    return value.length === 0 ? [] : [[name, value.length === 1 ? value[0] : value]];
  });
  return Object.fromEntries(properties) as Entity;
}

/** An id inside the crate: `#` and what the parts say, as a URI takes it. */
export function localId(...parts: readonly string[]): string {
  return `#${parts.map(uriPath).join("/")}`;
}

/** A path as a URI takes it. */
export function uriPath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

/** Values by dotted path, for names of parameters. Lists are values. */
export function flatten(params: Json, path = ""): [name: string, value: Json][] {
  if (typeof params !== "object" || params === null || Array.isArray(params))
    return path === "" ? [] : [[path, params]];
  return Object.entries(params).flatMap(([name, value]) => flatten(value, path === "" ? name : `${path}.${name}`));
}

/** The data type of schema.org that a value has. */
export function typeOf(value: Json): string {
  if (typeof value === "boolean") return "Boolean";
  if (typeof value === "number") return Number.isInteger(value) ? "Integer" : "Float";
  return "Text";
}

/** `2026-11-21T14:52:13.623+00:00` */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "+00:00");
}
