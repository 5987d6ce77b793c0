/** A value of a MAT file as plain data, in the form that dump_mat.py gives to what SciPy reads. */
import type { MatArray, MatValue } from "#lib/mat/mat-value.js";

export function plainMat(value: MatValue): unknown {
  const { shape } = value;
  switch (value.class) {
    case "function":
    case "object":
      return { unreadable: true };
    case "sparse": {
      const entries: number[][] = [];
      for (let c = 0; c + 1 < value.columnStarts.length; c++) {
        for (let i = value.columnStarts[c]!; i < value.columnStarts[c + 1]!; i++) {
          const entry = [value.rows[i]!, c, value.data[i]!, value.imaginary?.[i] ?? 0];
          if (entry[2] !== 0 || entry[3] !== 0) entries.push(entry);
        }
      }
      return { sparse: shape, entries };
    }
    case "struct":
      return { struct: shape, fields: Object.fromEntries([...value.fields].map(([n, v]) => [n, v.map(plainMat)])) };
    case "cell":
      return { cell: shape, elements: value.elements.map(plainMat) };
    case "char":
      return { char: value.text === "" ? "empty" : shape, text: value.text };
    default: {
      const imaginary = "imaginary" in value && value.imaginary ? { imaginary: numbers(value.imaginary) } : {};
      return { numbers: shape, real: numbers(value.data), ...imaginary };
    }
  }
}

/** As JSON has them: what is not finite, and integers beyond 53 bits, as text. */
function numbers(data: MatArray): (number | string)[] {
  return Array.from(data as Float64Array, (value: number | bigint) => {
    const isLarge = typeof value === "bigint" && !Number.isSafeInteger(Number(value));
    return isLarge || !Number.isFinite(Number(value)) ? String(value) : Number(value);
  });
}
