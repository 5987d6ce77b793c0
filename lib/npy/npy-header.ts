/** What stands before the values of a .npy file: the type, the order and the shape, as a Python dictionary. */
export interface NpyHeader {
  /** NumPy's name of the type; a type of several fields as it is written. */
  readonly descr: string;
  /** Whether the first axis is the fastest. */
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

export const npyMagic = Buffer.from("\x93NUMPY", "latin1");

/** The dictionary of a header; undefined where it is not one. */
export function parseNpyHeader(text: string): NpyHeader | undefined {
  const descr = /['"]descr['"]\s*:\s*(?:'([^']*)'|"([^"]*)"|(\[.*?\]|\(.*?\)))\s*(?:,\s*['"]|,?\s*\})/s.exec(text);
  const order = /['"]fortran_order['"]\s*:\s*(True|False)\b/.exec(text);
  const shape = /['"]shape['"]\s*:\s*\(([\d\sL,]*)\)/.exec(text);
  if (!descr || !order || !shape || !/^\s*\{.*\}\s*$/s.test(text)) return undefined;
  const lengths = shape[1]!.split(",").map((part) => part.trim().replace(/L$/, ""));
  if (lengths.at(-1) === "") lengths.pop();
  if (!lengths.every((length) => /^\d+$/.test(length) && Number.isSafeInteger(Number(length)))) return undefined;
  return {
    descr: descr[1] ?? descr[2] ?? descr[3]!,
    fortranOrder: order[1] === "True",
    shape: lengths.map(Number),
  };
}

/** All bytes before the values, in format 1.0, filled up so that the values begin at a multiple of 64. */
export function npyHeaderBytes(descr: string, shape: readonly number[]): Buffer {
  const lengths = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${lengths}), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const bytes = Buffer.concat([npyMagic, Buffer.from([1, 0, 0, 0]), Buffer.from(`${text.padEnd(length - 1)}\n`)]);
  bytes.writeUInt16LE(length, 8);
  return bytes;
}
