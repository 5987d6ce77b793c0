/** `12 kB`, `340 MB`, `1.2 GB`, `31 GB`: decimal units. */
export function formatBytes(bytes: number): string {
  if (bytes < 999_500) return `${bytes > 0 ? Math.max(1, Math.round(bytes / 1e3)) : 0} kB`;
  const mb = Math.round(bytes / 1e6);
  if (mb < 1000) return `${mb} MB`;
  const gb = bytes / 1e9;
  return `${gb < 9.95 ? gb.toFixed(1) : Math.round(gb)} GB`;
}
