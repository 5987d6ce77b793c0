/** Whether a trial has a condition. One with NaN or an empty text has none: averages over conditions leave it out. */
export function isCondition(condition: string | number): boolean {
  return condition !== "" && !Number.isNaN(condition);
}
