/** What came of making targets again, for people. */
import type { FileDifference } from "#lib/audit/compare-outputs.js";
import type { Rebuild, RebuiltTarget } from "#lib/audit/rebuild-targets.js";
import { formatFailure } from "#lib/failure.js";
import type { DatasetComparison, Hdf5Comparison } from "#lib/hdf5/compare-hdf5.js";
import { formatSeconds } from "./format-seconds.js";
import type { Paint } from "./paint.js";

export function formatRebuild({ targets: all, interrupted, seconds }: Rebuild, paint: Paint): string[] {
  const targets = all.filter(({ outcome }) => outcome !== "imported");
  const imported = all.length - targets.length;
  const bad = targets.filter(({ outcome, failure }) => outcome !== "identical" && (outcome !== "not-run" || failure));
  const identical = targets.filter(({ outcome }) => outcome === "identical");
  const notRun = targets.filter(({ outcome, failure }) => outcome === "not-run" && !failure).length;
  const lines = bad.flatMap((target) => [`${paint("red", "✗")} ${target.label}`, ...targetLines(target)]);
  const files = identical.reduce((sum, target) => sum + target.files, 0);
  const time = formatSeconds(seconds);
  if (targets.length === 0) {
    if (imported === 0) lines.push("Nothing was made again: no result that was asked for holds.");
  } else if (identical.length === targets.length) {
    const what = `Made again: ${count(targets.length, "target")}, ${count(files, "file")}, all identical`;
    lines.push(`${paint("green", what)} (${time}).`);
  } else {
    const parts = [
      [identical.length, "identical"],
      [bad.filter(({ outcome }) => outcome === "different").length, "different"],
      [bad.filter(({ outcome }) => outcome !== "different").length, "failed"],
      [notRun, "not made"],
    ] as const;
    const told = parts.filter(([many]) => many > 0).map(([many, what]) => `${many} ${what}`);
    const words = interrupted ? "Interrupted while targets were made again" : "Made again";
    lines.push(`${paint("red", `${words}: ${told.join(", ")}`)} (${time}).`);
  }
  if (imported > 0) lines.push("What was imported was not made again: nothing tells how.");
  return lines;
}

function targetLines({ differences, failure }: RebuiltTarget): string[] {
  const lines = differences.flatMap(differenceLines);
  if (failure) {
    const { target: _, ...rest } = failure;
    lines.push(...formatFailure(rest).split("\n"));
  }
  return lines.map((line) => `    ${line}`);
}

/** `factors: 12 of 3000 values differ, by at most 0.0012 (at 0,3,2: 0.5 recorded, 0.5012 made again)`. */
function differenceLines(difference: FileDifference): string[] {
  const { path } = difference;
  switch (difference.kind) {
    case "not-made":
      return [`${path}: it was recorded, but not made again.`];
    case "not-recorded":
      return [`${path}: it was made, but is not recorded.`];
    case "digest":
      return [`${path}: it came out otherwise. What was recorded is gone, so by how much is not known.`];
    case "bytes": {
      const { position, recordedSize, madeSize } = difference;
      return [`${path}: it differs from byte ${position} on; ${recordedSize} bytes recorded, ${madeSize} made again.`];
    }
    case "hdf5":
      return hdf5Lines(difference.comparison).map((line) => `${path}: ${line}`);
  }
}

function hdf5Lines({ onlyLeft, onlyRight, datasets, attributes, equal }: Hdf5Comparison): string[] {
  if (equal) return ["the same values, in a file of other bytes."];
  return [
    ...onlyLeft.map((name) => `${name} was recorded, but not made again.`),
    ...onlyRight.map((name) => `${name} was made, but is not recorded.`),
    ...datasets.filter((dataset) => !dataset.equal).map(datasetLine),
    ...attributes.map((attribute) => `the attribute ${attribute.path}@${attribute.name} differs.`),
  ];
}

function datasetLine({ path, left, right, values }: DatasetComparison): string {
  const shape = ({ type, shape: sizes }: DatasetComparison["left"]) => `${sizes.join("×") || "scalar"} ${type}`;
  if (!values) return `${path} is ${shape(left)} recorded, ${shape(right)} made again.`;
  const { different, total, largestAbsolute, sameBits } = values;
  if (different === 0)
    return `${path} has equal values${sameBits ? ` of ${left.type} and ${right.type}` : " of other bits"}.`;
  const most = largestAbsolute
    ? `, by at most ${Number(largestAbsolute.difference.toPrecision(3))} (at ${largestAbsolute.at.join(",")}: ${largestAbsolute.left} recorded, ${largestAbsolute.right} made again)`
    : "";
  return `${path} differs in ${different} of ${total} values${most}.`;
}

function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? "" : "s"}`;
}
