/** What an audit found, for people and as JSON. */
import type { AuditReport, TargetAudit } from "#lib/audit/audit-report.js";
import type { SurroundingsDifference } from "#lib/audit/compare-surroundings.js";
import type { Finding, FindingKind } from "#lib/audit/finding.js";
import { formatBytes } from "#lib/format-bytes.js";
import { differingParts } from "./differing-parts.js";
import { dimHeader, formatTable } from "./format-table.js";
import type { Paint } from "./paint.js";

/** So many targets are told in full unless everything is asked for. */
const mostTold = 20;
/** Of files that are only mentioned. */
const mostNamed = 5;

/** Each target that does not hold, with what was found. */
export function findingLines({ targets }: AuditReport, verbose: boolean, paint: Paint): string[] {
  const broken = targets.filter(({ status }) => status === "broken");
  const told = verbose ? broken : broken.slice(0, mostTold);
  const lines = told.flatMap(({ label, findings }) => [
    `${paint("red", "✗")} ${label}`,
    ...findings.map((finding) => `    ${findingText(finding)}`),
  ]);
  if (told.length < broken.length) lines.push(`  and ${broken.length - told.length} more: --verbose tells them all.`);
  return lines;
}

export function summaryLines({ holds, counts, unrecorded }: AuditReport, paint: Paint): string[] {
  const { audited, broken, inDoubt, notBuilt, imported, rawFiles, outputs, storedCopies, notStored, bytes } = counts;
  if (audited === 0) return ["Nothing is built, so there is nothing to audit: lfads build makes it."];
  const one = audited === 1;
  const verdict = holds
    ? paint("green", one ? "The target holds." : `All ${audited} targets hold.`)
    : paint("red", `${broken} of ${audited} targets ${broken === 1 ? "does" : "do"} not hold${restText(inDoubt)}.`);
  const lines = [verdict];
  if (holds) {
    const rows = [
      ["outputs", `${countText(outputs, "file is", "files are")} what the records say`],
      ["records", "each is genuine, and says what the lfadsfile plans"],
      ["inputs", `each is what its maker recorded${originText(rawFiles)}`],
      [
        "stored copies",
        `${countText(storedCopies, "is", "are")} intact${notStored > 0 ? `; ${countText(notStored, "output has", "outputs have")} none` : ""}`,
      ],
    ];
    lines.push(...rows.map(([name, text]) => `  ${paint("dim", name!.padEnd(13))}  ${text}`));
  }
  if (bytes >= 1e6) lines.push(`  ${paint("dim", "read".padEnd(13))}  ${formatBytes(bytes)}`);
  if (unrecorded.length > 0) {
    const some = unrecorded.slice(0, mostNamed).join(", ");
    const more = unrecorded.length > mostNamed ? ` and ${unrecorded.length - mostNamed} more` : "";
    const what = countText(unrecorded.length, "file is no output of a target", "files are no output of a target");
    lines.push(`${what}, so nothing tells where from: ${some}${more}.`);
  }
  if (imported > 0) {
    lines.push(
      `${countText(imported, "target was", "targets were")} imported: the files are the same, how they were made is not known.`,
    );
  }
  if (notBuilt > 0) lines.push(`${countText(notBuilt, "target is", "targets are")} not built and not audited.`);
  return lines;
}

/** What puts right what was found. */
export function adviceLines({ targets }: AuditReport): string[] {
  const found = new Set(targets.flatMap(({ findings }) => findings.map(({ kind }) => kind)));
  return advice.filter(([kinds]) => kinds.some((kind) => found.has(kind))).map(([, text]) => text);
}

const advice: readonly (readonly [kinds: readonly FindingKind[], text: string])[] = [
  [["output", "link"], "lfads build puts outputs and links back."],
  [["stored-copy"], "lfads cache verify --fix heals stored copies from outputs."],
  [
    ["record-missing", "record-unreadable", "record-altered"],
    "What has no genuine record is made anew after lfads cache verify --fix and lfads clean <label>.",
  ],
  [["rule", "param", "input"], "lfads why tells what changed since a result was made; lfads build makes it again."],
];

export function surroundingsLines(differences: readonly SurroundingsDifference[], paint: Paint): string[] {
  if (differences.length === 0) return [];
  const rows = differences.map(({ name, recorded, now, targets }) => [
    name,
    shorten(recorded),
    shorten(now),
    String(targets),
  ]);
  return [
    "",
    "Made in other surroundings than these. No result should depend on them; --rebuild shows whether one does.",
    ...formatTable(
      [{ title: "what" }, { title: "recorded" }, { title: "now" }, { title: "targets", align: "right" }],
      rows,
      dimHeader(paint),
    ),
  ];
}

export function targetJson({ label, rule, status, findings, restsOn, record }: TargetAudit) {
  const { key, provenance } = record ?? {};
  return { label, rule, status, key, madeFor: provenance?.label, findings, restsOn };
}

/** `runs/a.h5: The output is not what its record says (recorded 0123456789ab, now ba9876543210).` */
function findingText({ what, where, recorded, now }: Finding): string {
  const values = valuesText(recorded, now);
  const sentence = values === "" ? what : `${what.replace(/\.$/, "")} (${values}).`;
  return where === undefined ? sentence : `${where}: ${sentence}`;
}

function valuesText(recorded: string | undefined, now: string | undefined): string {
  const [before, after] = differingParts(shorten(recorded ?? ""), shorten(now ?? ""));
  return [
    ...(recorded === undefined ? [] : [`recorded ${before}`]),
    ...(now === undefined ? [] : [`now ${after}`]),
  ].join(", ");
}

/** None where all recordings are made up. */
function originText(rawFiles: number): string {
  return rawFiles === 0 ? "" : `, back to ${countText(rawFiles, "file", "files")} of yours`;
}

function restText(inDoubt: number): string {
  return inDoubt === 0 ? "" : `; ${countText(inDoubt, "more rests", "more rest")} on what does not`;
}

function countText(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Enough of a digest to tell two apart. */
function shorten(text: string): string {
  return text.replace(/\b([0-9a-f]{12})[0-9a-f]{28,}\b/g, "$1");
}
