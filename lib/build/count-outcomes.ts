import type { BuildCounts } from "./events.js";
import type { Outcome } from "./session.js";

export function countOutcomes(outcomes: Iterable<Outcome>): BuildCounts {
  const counts = { total: 0, ran: 0, imported: 0, restored: 0, fresh: 0, failed: 0, skipped: 0, notRun: 0 };
  for (const outcome of outcomes) {
    counts.total++;
    counts[outcome === "not-run" ? "notRun" : outcome]++;
  }
  return counts;
}
