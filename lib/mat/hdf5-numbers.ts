import { type Hdf5Array, toFloat64 } from "#lib/hdf5/hdf5-array.js";
import type { Hdf5File } from "#lib/hdf5/open-hdf5.js";
import { type EntryPlace, numbersEntry, slabOf } from "./array-entries.js";
import { columnMajorStrides } from "./gather.js";
import type { MatEntry } from "./mat-entry.js";
import type { MatArray } from "./mat-value.js";
import { elementsIn } from "./mat-value.js";

/** Values read at once and kept: slabs next to each other often lie in the same chunks of the file. */
const KEPT_VALUES = 2 ** 23;

/** Numbers, logicals and complex numbers of a HDF5 dataset whose axes are those of `place` in reverse, read by slabs. */
export function hdf5Numbers(h5: Hdf5File, path: string, place: EntryPlace): MatEntry {
  const { shape } = place;
  const isEmpty = elementsIn(shape) === 0;
  const isComplex = !isEmpty && h5.dtype(path) === "other";
  const parts = (index: 0 | 1): MatArray => {
    const pairs = h5.readBlock(
      path,
      h5.shape(path).map((length) => [0, length]),
    ) as ArrayLike<[number, number]>;
    return Float64Array.from({ length: pairs.length }, (_, i) => pairs[i]![index]);
  };
  const whole = isEmpty
    ? numbersEntry(place, () => new Float64Array(0))
    : isComplex
      ? numbersEntry(
          place,
          () => parts(0),
          () => parts(1),
        )
      : numbersEntry(place, () => h5.read(path));
  if (isEmpty || isComplex) return whole;

  let kept = { axis: 0, start: 0, count: 0, data: new Float64Array(0) as Hdf5Array };
  return {
    ...whole,
    slab: (axis, start, count, order) => {
      if (axis !== kept.axis || start < kept.start || start + count > kept.start + kept.count) {
        const each = elementsIn(shape) / shape[axis]!;
        const most = Math.min(shape[axis]! - start, Math.max(count, Math.floor(KEPT_VALUES / each)));
        kept = { axis, start, count: most, data: readSlab(h5, path, axis, start, most) };
      }
      const strides = columnMajorStrides(shape.with(axis, kept.count));
      const from = (start - kept.start) * strides[axis]!;
      return slabOf(kept.data, shape.with(axis, count), strides, from, order);
    },
  };
}

function readSlab(h5: Hdf5File, path: string, axis: number, start: number, count: number): Hdf5Array {
  const lengths = h5.shape(path);
  const cut = lengths.length - 1 - axis;
  const block = lengths.map((length, i) => (i === cut ? ([start, start + count] as const) : ([0, length] as const)));
  const values = h5.readBlock(path, block) as Hdf5Array;
  return values instanceof BigInt64Array || values instanceof BigUint64Array ? toFloat64(values) : values;
}
