/**
 * A note of trials that are not read, as `2 trials are left out because the cue is not known: trials 3, 4.`.
 * @param trials From 0; they are told from 1.
 * @param name What a trial is called where they are listed.
 */
export function leftOut(trials: readonly number[], why: string, name = "trial", where = ""): string[] {
  if (trials.length === 0) return [];
  const first = trials.slice(0, 10).map((trial) => trial + 1);
  const more = trials.length > first.length ? ` and ${trials.length - first.length} more` : "";
  const many = trials.length > 1;
  const left = many ? `${trials.length} trials are left out` : "1 trial is left out";
  return [`${left} because ${why}: ${name}${many ? "s" : ""} ${first.join(", ")}${more}${where}.`];
}
