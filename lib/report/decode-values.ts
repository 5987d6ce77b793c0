import type { Values } from "./report-data.js";

const arrays = { float32: Float32Array, uint8: Uint8Array, uint16: Uint16Array, int32: Int32Array } as const;

export type DecodedValues = InstanceType<(typeof arrays)[keyof typeof arrays]>;

/** The numbers, row-major; on a little-endian machine, as all are that run a browser. */
export function decodeValues({ type, data }: Values): DecodedValues {
  const text = atob(data);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return new arrays[type](bytes.buffer);
}
