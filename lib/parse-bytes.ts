/** `800MB`, `1.5 GB`, `2TB` in bytes, as formatBytes writes them; undefined for any other text. */
export function parseBytes(text: string): number | undefined {
  const [, size, unit] = /^(\d+(?:\.\d+)?) ?([MGT])B?$/i.exec(text) ?? [];
  return unit === undefined ? undefined : Math.round(Number(size) * UNITS[unit.toUpperCase() as keyof typeof UNITS]);
}

const UNITS = { M: 1e6, G: 1e9, T: 1e12 };
