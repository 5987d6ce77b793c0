/** Counts as the engine holds them: bytes where all are whole and below 256, else float32. */
export function compactCounts(values: ArrayLike<number>): Uint8Array | Float32Array {
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value !== (value & 255)) return Float32Array.from(values);
    bytes[i] = value;
  }
  return bytes;
}
