/** What a user calls a parameter of a target, whose path is dotted: a run parameter by its name alone. */
export function shownParam(path: string): string {
  return /^(?:params|dataParams)\.([^.]+)$/.exec(path)?.[1] ?? path;
}
