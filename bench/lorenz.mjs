// `node bench/lorenz.mjs`: trains on the published Lorenz benchmark (../shared/data/lorenz) and holds the validation
// likelihood and the rates against what issue 2 asks for. Exits with 1 where they fall short.
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("./lorenz/", import.meta.url));
const lfads = fileURLToPath(new URL("../dist/lib/cli/main.js", import.meta.url));
const ASKED = { nll: 0.079, r2: 0.9 };

if (!existsSync(fileURLToPath(new URL("../../shared/data/lorenz/lfads_lorenz.h5", import.meta.url)))) {
  console.log("skipped: ../shared/data/lorenz/lfads_lorenz.h5 is not here");
  process.exit(0);
}
for (const made of ["runs", ".lfads"]) rmSync(`${folder}${made}`, { recursive: true, force: true });
const run = (...args) => spawnSync(process.execPath, [lfads, ...args], { cwd: folder, encoding: "utf8" });

const started = performance.now();
const build = run("build");
if (build.status !== 0) {
  console.error(build.stderr);
  process.exit(1);
}
const seconds = (performance.now() - started) / 1000;
console.log(build.stdout);
const [result] = JSON.parse(run("status", "--results", "--json").stdout);
console.log(`seed 0, ${seconds.toFixed(0)} s in all`);
console.log(JSON.stringify(result));
const { nll, r2 } = result.all;
const met = nll <= ASKED.nll && r2.pooled >= ASKED.r2;
console.log(
  `validation NLL ${nll.toFixed(5)} (at most ${ASKED.nll}), pooled R² ${r2.pooled.toFixed(3)} (at least ${ASKED.r2}), ` +
    `median over channels ${r2.medianOverChannels.toFixed(3)}: ${met ? "reached" : "NOT reached"}`,
);
process.exit(met ? 0 : 1);
