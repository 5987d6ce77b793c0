/** Whether the files of a target are what its record says: outputs, their stored copies, links. */
import { join } from "node:path";
import { EMPTY_DIGEST } from "#lib/build/content-store.js";
import type { ActionRecord } from "#lib/build/index.js";
import { readLink } from "#lib/build/links.js";
import type { Hashed } from "#lib/build/read-digest.js";
import { storedFile } from "#lib/build/stored-file.js";
import type { Target } from "#lib/build/target.js";
import type { Finding } from "./finding.js";

/** Output files and stored copies, absolute, with the size that they should have; `store` is `.lfads/store`. */
export function filesOf(target: Target, { outputs }: ActionRecord, store: string): [path: string, size: number][] {
  return outputs.flatMap(({ path, digest, size }): [string, number][] => {
    const output = join(target.outDir, path);
    return digest === EMPTY_DIGEST
      ? [[output, size]]
      : [
          [output, size],
          [storedFile(store, digest), size],
        ];
  });
}

export function checkFiles(
  target: Target,
  record: ActionRecord,
  store: string,
  hashed: ReadonlyMap<string, Hashed>,
  portable: (path: string) => string,
): Finding[] {
  const findings: Finding[] = [];
  for (const { path, digest, size } of record.outputs) {
    const file = join(target.outDir, path);
    const output = hashed.get(file)!;
    const where = portable(file);
    if ("error" in output) {
      const how = isAbsent(output) ? "is missing" : `cannot be read (${output.error})`;
      findings.push({ kind: "output", what: `The output ${how}.`, where, recorded: digest });
    } else if (output.digest !== digest) {
      const what = "The output is not what its record says.";
      findings.push({ kind: "output", what, where, recorded: digest, now: output.digest });
    } else if (output.size !== size) {
      const what = "The output has another size than its record says.";
      findings.push({ kind: "output", what, where, recorded: String(size), now: String(output.size) });
    }
    if (digest === EMPTY_DIGEST) continue;
    const copy = hashed.get(storedFile(store, digest))!;
    if (isAbsent(copy)) continue;
    if ("error" in copy || copy.digest !== digest) {
      const what = `The stored copy of ${path} ${"error" in copy ? `cannot be read (${copy.error})` : "is corrupt"}.`;
      const now = "error" in copy ? {} : { now: copy.digest };
      findings.push({
        kind: "stored-copy",
        what,
        where: portable(storedFile(store, digest)),
        recorded: digest,
        ...now,
      });
    }
  }
  for (const { path, to } of target.links ?? []) {
    const now = readLink(path);
    if (now === to) continue;
    const what = now === undefined ? "The link is missing." : "The link leads elsewhere.";
    findings.push({ kind: "link", what, where: portable(path), recorded: to, ...(now === undefined ? {} : { now }) });
  }
  return findings;
}

/** No such file. */
export function isAbsent(hashed: Hashed): boolean {
  return "error" in hashed && (hashed.error === "ENOENT" || hashed.error === "ENOTDIR");
}
