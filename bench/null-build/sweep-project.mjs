/** A project folder with a large sweep, and in it an installed lfads whose rules take no time. */
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const SESSIONS = 10;

/**
 * Writes the lfadsfile and recordings where they are missing, and installs lfads anew. All of lfads is the real one, in a
 * folder of its own, but for the module that child processes load the rules from.
 * @param runs Of the sweep, a multiple of 10: a setting makes a run for each of 10 sessions. One more run is in a
 *   collection of its own, to be edited.
 * @returns The command, as a user of the project starts it.
 */
export function writeSweepProject(dir, runs) {
  mkdirSync(join(dir, "data"), { recursive: true });
  writeLfadsfile(dir, runs, 0.5);
  for (let i = 1; i <= SESSIONS; i++) {
    const name = `session${String(i).padStart(2, "0")}`;
    const file = join(dir, "data", `${name}.h5`);
    if (!existsSync(file)) writeFileSync(file, `recording ${name}\n`);
  }
  return install(dir);
}

/** @param rate The learning rate of the one run to be edited. */
export function writeLfadsfile(dir, runs, rate) {
  writeFileSync(
    join(dir, "lfadsfile.ts"),
    `import { datasetCollection, defineLfads, h5, runCollection, runParams, runSpec, sweep } from "lfads";

const sessions = datasetCollection("sessions", {
  path: "data",
  datasets: h5("session*.h5", { counts: "spikes", binMs: 10 }),
});
const base = runParams({ spikeBinMs: 10 });
const rates = Array.from({ length: ${runs / SESSIONS} }, (_, i) => (i + 2) / 1e5);

export default defineLfads({
  root: "runs",
  collections: [
    runCollection("sweep", {
      datasets: sessions,
      runSpecs: runSpec.eachDataset(),
      params: sweep(base, { c_learning_rate_init: rates }),
    }),
    runCollection("edited", {
      datasets: sessions,
      runSpecs: [runSpec.single("session01")],
      params: [runParams(base, { c_learning_rate_init: Number(process.env.LFADS_BENCH_RATE ?? ${rate}) })],
    }),
  ],
});
`,
  );
}

function install(dir) {
  const modules = join(dir, "node_modules");
  rmSync(modules, { recursive: true, force: true });
  mkdirSync(join(modules, ".bin"), { recursive: true });
  const own = join(modules, "lfads");
  cpSync(join(root, "dist"), join(own, "dist"), { recursive: true });
  cpSync(join(root, "schemas"), join(own, "schemas"), { recursive: true });
  copyFileSync(join(root, "package.json"), join(own, "package.json"));
  symlinkSync(join(root, "node_modules"), join(own, "node_modules"));
  const rules = new URL("trivial-rules.mjs", import.meta.url).href;
  writeFileSync(join(own, "dist/rules/index.js"), `export { rules } from ${JSON.stringify(rules)};\n`);
  chmodSync(join(own, "dist/lib/cli/main.js"), 0o755);
  symlinkSync("../lfads/dist/lib/cli/main.js", join(modules, ".bin/lfads"));
  return join(modules, ".bin/lfads");
}
