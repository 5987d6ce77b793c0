/** `0.42 s`, `7.3 s`, `1:05`, `2:03:20`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 1) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  return formatClock(seconds);
}

/** `0:07`, `1:05`, `2:03:20`. */
export function formatClock(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** `time` as ISO 8601. */
export function secondsSince(time: string): number {
  return (Date.now() - Date.parse(time)) / 1000;
}
