/** The build engine: targets in, outputs up to date. It knows nothing of what rules make. */
export type { ActionRecord, OutputFile, Provenance, RecordedInput } from "./action-record.js";
export type { Cause, Change, StaleTarget } from "./cause.js";
export { countOutcomes } from "./count-outcomes.js";
export type { BuildEstimate, BuildSoFar } from "./estimate-build.js";
export type { BuildCounts, BuildEvent, PlanCounts } from "./events.js";
export { explainOwnChange } from "./explain.js";
export { createGraph, type Graph, type GraphNode, withInputs } from "./graph.js";
export { openSession } from "./open-session.js";
export type { Restored } from "./restored.js";
export { select } from "./select.js";
export type { BuildResult, BuildSession, Outcome, RunOptions, SessionOptions, TargetStatus } from "./session.js";
export { threadsOf } from "./slots.js";
export type { StaleReason } from "./stale-reason.js";
export type { Target, TargetInput } from "./target.js";
export type { TargetReport } from "./target-report.js";
export type { Plan, Verdict } from "./verdict.js";
