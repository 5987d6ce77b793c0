/** Whether the record of how a target was made is genuine, and says what the lfadsfile plans. */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { actionKey } from "#lib/build/action-key.js";
import { explainKeyChange } from "#lib/build/explain.js";
import type { ActionRecord, StaleReason } from "#lib/build/index.js";
import type { Target } from "#lib/build/target.js";
import type { Finding } from "./finding.js";
import type { PlannedAction, UnknownInput } from "./planned-action.js";
import { alterationOf, type FoundRecord, readRecord, recordFile } from "./read-record.js";

/** Where records are looked for. */
export interface Records {
  /** `.lfads/actions`. */
  readonly folder: string;
  /** Folder of the lfadsfile. */
  readonly dir: string;
  /** The key that a target was last built with: where to look, never taken as true. */
  lastKey(target: Target): string | undefined;
  /** The record that was made last for a label; read when nothing else tells. */
  newest(label: string): FoundRecord | undefined;
}

export interface RecordCheck {
  /** False when nothing was made: there is no result to audit. */
  readonly built: boolean;
  /** Undefined where there is none that can be read. */
  readonly record: ActionRecord | undefined;
  readonly findings: readonly Finding[];
}

export function checkRecord(target: Target, planned: PlannedAction, records: Records): RecordCheck {
  const plannedKey = planned.unknown.length === 0 ? actionKey(planned.action) : undefined;
  const lastKey = records.lastKey(target);
  const underKey = (key: string | undefined) => (key === undefined ? undefined : readRecord(records.folder, key));
  const found = underKey(plannedKey) ?? underKey(lastKey) ?? records.newest(target.label);
  const record = found?.kind === "record" ? found.record : undefined;
  const built =
    lastKey !== undefined || (record?.outputs ?? []).some(({ path }) => existsSync(join(target.outDir, path)));
  if (!built) return { built, record: found?.key === plannedKey ? record : undefined, findings: [] };
  const portable = (path: string) => portablePath(records.dir, path);
  const file = (key: string) => portable(recordFile(records.folder, key));
  if (!found) {
    const what = "Its record is missing: nothing tells how it was made.";
    return { built, record, findings: [{ kind: "record-missing", what, where: file((plannedKey ?? lastKey)!) }] };
  }
  if (found.kind === "unreadable") {
    const what = "Its record cannot be read.";
    return { built, record, findings: [{ kind: "record-unreadable", what, where: file(found.key) }] };
  }
  const findings: Finding[] = [];
  const alteration = alterationOf(found);
  if (alteration)
    findings.push({
      ...alteration,
      kind: "record-altered",
      what: `Its ${alteration.what}`,
      where: file(found.key),
    });
  if (found.partsKey !== plannedKey) {
    const unknown = new Set(planned.unknown.map(({ name }) => name));
    for (const reason of explainKeyChange(found.record, planned.action)) {
      if (reason.kind === "input" && unknown.has(reason.name)) continue;
      const finding = differenceFinding(reason, target, portable);
      if (finding) findings.push(finding);
    }
    findings.push(...planned.unknown.map((input) => unknownFinding(input, portable)));
  }
  return { built, record, findings };
}

/** Relative to `dir` for what lies in it. */
export function portablePath(dir: string, path: string): string {
  return path.startsWith(`${dir}/`) ? relative(dir, path) : path;
}

function differenceFinding(
  reason: StaleReason,
  target: Target,
  portable: (path: string) => string,
): Finding | undefined {
  if (reason.kind === "rule") {
    const what = "It was made by another version of its rule than this lfads has.";
    return { kind: "rule", what, recorded: reason.old, now: reason.new };
  }
  if (reason.kind === "param") {
    const name = reason.path === "" ? "The parameters differ" : `The parameter ${reason.path} differs`;
    const what = `${name} from what the lfadsfile says.`;
    return { kind: "param", what, recorded: valueText(reason.old), now: valueText(reason.new) };
  }
  if (reason.kind !== "input") return undefined;
  const { name, file, path, oldDigest, newDigest } = reason;
  const input = target.inputs.find((each) => each.name === name);
  const maker = input && "target" in input ? input.target : undefined;
  const title = name === file ? `"${name}"` : `"${name}", ${file},`;
  return {
    kind: "input",
    what:
      oldDigest === undefined
        ? `Its record does not have the input ${title} that the lfadsfile gives it.`
        : newDigest === undefined
          ? `Its record has the input ${title} that the lfadsfile does not give it.`
          : maker === undefined
            ? `The input ${title} is not the file that it was made from.`
            : `The input ${title} is not what ${maker} recorded.`,
    ...(path === undefined ? {} : { where: portable(path) }),
    ...(oldDigest === undefined ? {} : { recorded: oldDigest }),
    ...(newDigest === undefined ? {} : { now: newDigest }),
  };
}

function unknownFinding(input: UnknownInput, portable: (path: string) => string): Finding {
  if ("maker" in input) {
    const what = `The input "${input.name}" cannot be traced: ${input.maker} has no record that names it.`;
    return { kind: "input-unrecorded", what };
  }
  const how = input.error === "ENOENT" ? "is missing" : `cannot be read (${input.error})`;
  return { kind: "input", what: `The input "${input.name}" ${how}.`, where: portable(input.file) };
}

function valueText(value: unknown): string {
  return value === undefined ? "(not set)" : JSON.stringify(value);
}
