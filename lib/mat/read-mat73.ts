/** MAT files of version 7.3: HDF5, with MATLAB's classes as attributes and every axis in reverse. */
import { toFloat64 } from "#lib/hdf5/hdf5-array.js";
import { type Hdf5File, openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { cellEntry, charEntry, type EntryPlace, sparseEntry, structEntry, unreadableEntry } from "./array-entries.js";
import { hdf5Numbers } from "./hdf5-numbers.js";
import type { MatClass, MatEntry, MatFile } from "./mat-entry.js";
import { damaged, unusable } from "./mat-failure.js";
import { elementsIn, numberClasses } from "./mat-value.js";
import { checkedSparse } from "./parse-sparse.js";
import { variableOf } from "./variable-of.js";

const DEEPEST = 500;

/** Throws FailureError `data` for a HDF5 file that is damaged, or that Octave wrote in a format of its own. */
export async function openMat73(file: string): Promise<MatFile> {
  const h5 = await openHdf5(file);
  const names = h5.keys().filter((name) => !name.startsWith("#"));
  if (names.some((name) => h5.attribute(name, "OCTAVE_NEW_FORMAT") !== undefined)) {
    h5.close();
    throw unusable(file, "The file is in a format of Octave's own.", "Save it with Octave's `save -v7`.");
  }
  const variables = new Map(names.map((name) => [name, () => entryAt(h5, name, `${file}:${name}`, 0)]));
  return {
    file,
    names,
    variable: (name) => variableOf(file, { variables }, name),
    close: () => h5.close(),
  };
}

function entryAt(h5: Hdf5File, path: string, where: string, depth: number): MatEntry {
  if (depth > DEEPEST) throw damaged(where, `arrays are nested more than ${DEEPEST} deep`);
  const kind = h5.kind(path);
  if (kind === undefined) throw damaged(where, `there is nothing at ${path}`);
  const name = h5.attribute(path, "MATLAB_class");
  const given = typeof name === "string" ? name : undefined;
  if (h5.attribute(path, "MATLAB_object_decode") !== undefined || given === "function_handle") {
    return unreadableEntry({ where, class: given === "function_handle" ? "function" : "object", shape: [1, 1] });
  }
  if (h5.attribute(path, "MATLAB_empty")) return emptyEntry(h5, path, where, given);
  if (kind === "group") return groupEntry(h5, path, where, given, depth);
  const shape = shapeOf(h5, path);
  const type = h5.dtype(path);
  switch (given) {
    case "cell":
      return cellEntry({ where, class: "cell", shape }, () => referred(h5, path, where, depth));
    case "char":
      return charEntry({ where, class: "char", shape }, () =>
        Array.from(h5.readFloat64(path), (unit) => String.fromCharCode(unit)).join(""),
      );
    case "logical":
      return hdf5Numbers(h5, path, { where, class: "logical", shape });
    default: {
      const own = given ?? { float64: "double", float32: "single", bool: "logical" }[type as string] ?? type;
      if (own !== "logical" && !(own in numberClasses)) {
        return unreadableEntry({ where, class: "object", shape });
      }
      return hdf5Numbers(h5, path, { where, class: own as MatClass, shape });
    }
  }
}

function groupEntry(h5: Hdf5File, path: string, where: string, name: string | undefined, depth: number): MatEntry {
  const rows = h5.attribute(path, "MATLAB_sparse");
  if (rows !== undefined) return sparseAt(h5, path, where, Number(rows), name === "logical");
  if (name !== undefined && name !== "struct") return unreadableEntry({ where, class: "object", shape: [1, 1] });
  const fields = fieldsOf(h5, path);
  const first = fields[0] === undefined ? undefined : `${path}/${fields[0]}`;
  // The fields of a struct array are references to its elements; those of a single struct are the values themselves.
  const isArray =
    first !== undefined &&
    h5.kind(first) === "dataset" &&
    h5.attribute(first, "MATLAB_class") === undefined &&
    h5.dtype(first) === "reference";
  const shape = isArray ? shapeOf(h5, first) : [1, 1];
  return structEntry({ where, class: "struct", shape }, fields, (index) => {
    const field = `${path}/${fields[index]}`;
    if (!isArray) return [entryAt(h5, field, where, depth + 1)];
    const elements = referred(h5, field, where, depth);
    if (elements.length !== elementsIn(shape))
      throw damaged(where, `field ${fields[index]} has ${elements.length} elements`);
    return elements;
  });
}

function referred(h5: Hdf5File, path: string, where: string, depth: number): MatEntry[] {
  return h5.references(path).map((object) => entryAt(h5, object, where, depth + 1));
}

/** The values of the dataset are the shape of what is empty. */
function emptyEntry(h5: Hdf5File, path: string, where: string, name: string | undefined): MatEntry {
  const shape = h5.kind(path) === "dataset" ? [...h5.readFloat64(path)] : [0, 0];
  const place = (of: MatClass): EntryPlace => ({ where, class: of, shape });
  if (name === "cell") return cellEntry(place("cell"), () => []);
  if (name === "struct") return structEntry(place("struct"), fieldsOf(h5, path), () => []);
  if (name === "char") return charEntry(place("char"), () => "");
  if (name === "logical" || (name !== undefined && name in numberClasses)) {
    return hdf5Numbers(h5, path, place(name as MatClass));
  }
  return name === "canonical empty"
    ? hdf5Numbers(h5, path, { where, class: "double", shape: [0, 0] })
    : unreadableEntry({ where, class: "object", shape });
}

function sparseAt(h5: Hdf5File, path: string, where: string, rows: number, isLogical: boolean): MatEntry {
  const numbers = (name: string) =>
    h5.has(`${path}/${name}`) ? h5.readFloat64(`${path}/${name}`) : new Float64Array(0);
  const columnStarts = Int32Array.from(numbers("jc"));
  const shape = [rows, Math.max(0, columnStarts.length - 1)];
  const isComplex = h5.has(`${path}/data`) && h5.dtype(`${path}/data`) === "other";
  return sparseEntry(
    { where, class: "sparse", shape },
    () => {
      const data = isComplex
        ? hdf5Numbers(h5, `${path}/data`, {
            where,
            class: "double",
            shape: [h5.shape(`${path}/data`)[0] ?? 0, 1],
          }).value()
        : { data: numbers("data") };
      const { data: real, imaginary } = data as { data: Float64Array; imaginary?: Float64Array };
      return checkedSparse(where, {
        class: "sparse",
        of: isLogical ? "logical" : "double",
        shape,
        rows: Int32Array.from(numbers("ir")),
        columnStarts,
        data: toFloat64(real),
        ...(imaginary ? { imaginary } : {}),
      });
    },
    isComplex,
  );
}

/** In MATLAB's order where the file tells it. */
function fieldsOf(h5: Hdf5File, path: string): string[] {
  const told = h5.attribute(path, "MATLAB_fields");
  const names = Array.isArray(told) ? told.map((each) => (Array.isArray(each) ? each.join("") : String(each))) : [];
  if (h5.kind(path) !== "group") return names;
  const keys = h5.keys(path);
  return names.length === keys.length && names.every((name) => keys.includes(name)) ? names : keys;
}

/** As MATLAB tells it: in reverse, with two axes at least. */
function shapeOf(h5: Hdf5File, path: string): number[] {
  const shape = h5.shape(path).toReversed();
  return [...shape, ...[1, 1].slice(shape.length)];
}
