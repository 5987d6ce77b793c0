import { blocksOf, type ResultArray } from "#lib/export/result-array.js";
import { sizeOf, toFloat64 } from "#lib/hdf5/hdf5-array.js";

/** The array with only these places of its last axis; read some rows at a time, whatever is asked for. */
export function pickedColumns(array: ResultArray, places: readonly number[]): ResultArray {
  const width = array.shape.at(-1)!;
  const rest = sizeOf(array.shape.slice(1, -1));
  return {
    ...array,
    shape: [...array.shape.slice(0, -1), places.length],
    rows: (start, count) => {
      const picked = new Float64Array(count * rest * places.length);
      let at = 0;
      const wanted = { ...array, shape: [count, ...array.shape.slice(1)] };
      const rows: ResultArray["rows"] = (first, number) => array.rows(start + first, number);
      for (const [, block] of blocksOf({ ...wanted, rows })) {
        const values = toFloat64(block);
        for (let row = 0; row < values.length; row += width)
          for (const place of places) picked[at++] = values[row + place]!;
      }
      return picked;
    },
  };
}
