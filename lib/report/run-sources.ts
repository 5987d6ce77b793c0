/** What is known of a run and where its files are: what a report is made from. */
import type { Reconstructions } from "#lib/alignment/alignment-plot.js";
import type { RunFiles } from "#lib/export/open-run-results.js";
import type { ReportRun } from "./report-data.js";

export type RunFacts = Omit<ReportRun, "cost" | "detail">;

export interface RunSources extends RunFacts {
  /** Absolute path of fitlog.csv. */
  readonly fitlog?: string;
  /** TensorBoard's event files. */
  readonly events: readonly string[];
  /** Of each dataset; absent unless all of them have all their files. */
  readonly parts?: readonly RunPart[];
  readonly binMs: number;
  /** Of a stitched run whose read-ins were aligned. */
  readonly alignment?: () => Promise<Reconstructions>;
}

export interface RunPart {
  readonly name: string;
  readonly files: RunFiles;
}
