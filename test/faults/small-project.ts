/** A project that builds in a second, with all kinds of targets, and what there is of it on the disk. */
import { createHash } from "node:crypto";
import { cpSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { namesIn } from "#lib/names-in.js";

/** 25 epochs, so that there are three checkpoints; the second collection takes the first one's results from the store. */
export const lfadsfile = `
import { datasetCollection, defineLfads, lorenz, runCollection, runParams, runSpec } from "lfads";
const datasets = datasetCollection("tiny", {
  path: "datasets",
  datasets: lorenz({ count: 1, conditions: 2, trialsPerCondition: 4, channels: [4, 4], durationMs: 50 }),
});
const params = [runParams({
  name: "tiny", spikeBinMs: 10, maxEpochs: 25, c_co_dim: 0, c_batch_size: 4, c_factors_dim: 2, c_gen_dim: 4,
  c_ic_dim: 2, c_ic_enc_dim: 4, num_samples_posterior: 2, c_kl_increase_steps: 2, c_l2_increase_steps: 2,
})];
const runSpecs = [runSpec.single("dataset001")];
export default defineLfads({
  root: "runs",
  collections: ["first", "second"].map((name) => runCollection(name, { datasets, runSpecs, params })),
});
`;

/**
 * Every path below the folder: the file's digest, `-> <to>` of a link, `/` of a folder. A child whose build was killed may
 * still be ending: what goes meanwhile is not there.
 */
export function contents(dir: string): Map<string, string> {
  const found = new Map<string, string>();
  const look = (folder: string) => {
    for (const name of namesIn(join(dir, folder))) {
      const path = join(folder, name);
      try {
        found.set(path, contentOf(join(dir, path)));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      }
      if (found.get(path) === "/") look(path);
    }
  };
  look("");
  return found;
}

function contentOf(path: string): string {
  const stats = lstatSync(path);
  if (stats.isSymbolicLink()) return `-> ${readlinkSync(path)}`;
  if (stats.isDirectory()) return "/";
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

/** A new folder with the lfadsfile, and what was found out about it before. */
export function newProject(template?: string): string {
  const dir = mkdtempSync(join(tmpdir(), "lfads-fault-"));
  writeFileSync(join(dir, "lfadsfile.ts"), lfadsfile);
  if (template) {
    mkdirSync(join(dir, ".lfads"));
    cpSync(join(template, ".lfads/config"), join(dir, ".lfads/config"), { recursive: true, preserveTimestamps: true });
  }
  return dir;
}

/** What saves a later command some work, and may be missing. */
const notes = new Set([".lfads/fresh", ".lfads/store/size"]);

/**
 * What must be the same however a build went: paths of all files, and their content but for logs, times and what is
 * measured; of records what they say was made.
 */
export function kept(dir: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [path, content] of contents(dir)) {
    if ((path.startsWith(".lfads/") && content === "/") || notes.has(path) || isEndedJournal(path)) continue;
    if (/^\.lfads\/(state$|logs\/|store\/index-|config\/)|\/lfads\.out$/.test(path)) found.set(path, "");
    else if (path.startsWith(".lfads/actions/")) {
      found.set(path, JSON.stringify(JSON.parse(readFileSync(join(dir, path), "utf8")).outputs));
    } else found.set(path, content);
  }
  return found;
}

/** What builds that ended must not leave: files aside, staged outputs, checkpoints, locks, journals of killed builds. */
export function leftovers(dir: string): string[] {
  return [...contents(dir).keys()].filter(
    (path) =>
      /\.tmp$|^\.lfads\/(staging|scratch|locks|journal|store\/tmp)\/.|\.progress\.json$/.test(path) &&
      !isEndedJournal(path),
  );
}

/** Of a build that ended while another wrote the state; the next one takes it up. */
function isEndedJournal(path: string): boolean {
  return path.startsWith(".lfads/journal/ended-");
}
