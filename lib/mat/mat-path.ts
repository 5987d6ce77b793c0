import { closestNames } from "#lib/closest-names.js";
import type { MatEntry, MatFile } from "./mat-entry.js";
import { unusable } from "./mat-failure.js";
import { elementsIn } from "./mat-value.js";

/** What a path such as `spikes` or `D.data` leads to: one array, or one for each element of a struct or cell array. */
export type MatPlace = { readonly one: MatEntry } | { readonly each: readonly MatEntry[] };

/**
 * Follows a path: the name of a variable, then fields of structs, with dots between. Throws FailureError `data` where it
 * leads nowhere.
 */
export function followPath(mat: MatFile, path: string): MatPlace {
  const where = `${mat.file}:${path}`;
  const [name, ...fields] = path.split(".");
  let entries: readonly MatEntry[] = [mat.variable(name!)];
  let isOne = true;
  let walked = name!;
  for (const field of fields) {
    if (isOne && entries[0]!.class === "cell") {
      entries = entries[0]!.elements();
      isOne = false;
    }
    const next: MatEntry[] = [];
    for (const entry of entries) {
      if (entry.class !== "struct") {
        throw unusable(where, `${walked} is a ${describe(entry)}, and has no fields.`);
      }
      if (!entry.fields.includes(field)) {
        const there = closestNames(field, entry.fields);
        const hint = there.length > 0 ? `Its fields, closest first: ${there.slice(0, 8).join(", ")}.` : "It has none.";
        throw unusable(where, `${walked} has no field ${field}.`, hint);
      }
      const elements = entry.elements(field);
      if (!isOne && elements.length !== 1) {
        throw unusable(where, `${walked} is a struct array within another one, which cannot be followed.`);
      }
      next.push(...elements);
    }
    isOne &&= elementsIn(entries[0]!.shape) === 1;
    entries = next;
    walked += `.${field}`;
  }
  if (!isOne) return { each: entries };
  const [entry] = entries as [MatEntry];
  return entry.class === "cell" ? { each: entry.elements() } : { one: entry };
}

/** The class and shape of an array, for messages. */
export function describe({ class: name, shape, isComplex }: MatEntry): string {
  const kind =
    name === "char" ? "text" : name === "function" ? "function handle" : name === "object" ? "MATLAB object" : name;
  return `${isComplex ? "complex " : ""}${kind} of ${shape.join(" × ")}`;
}
