// `node bench/alm.mjs`: trains on the recorded session of docs/own-data.md (../shared/data/alm) and holds the
// validation likelihood against each unit's mean rate and the PSTH of each trial's condition.
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("./alm/", import.meta.url));
const lfads = fileURLToPath(new URL("../dist/lib/cli/main.js", import.meta.url));

if (!existsSync(fileURLToPath(new URL("../../shared/data/alm", import.meta.url)))) {
  console.log("skipped: ../shared/data/alm is not here");
  process.exit(0);
}
for (const made of ["runs", ".lfads"]) rmSync(`${folder}${made}`, { recursive: true, force: true });
const run = (...args) => spawnSync(process.execPath, [lfads, ...args], { cwd: folder, encoding: "utf8" });
const build = run("build");
if (build.status !== 0) {
  console.error(build.stderr);
  process.exit(1);
}
console.log(build.stdout);
const [{ all }] = JSON.parse(run("status", "--results", "--json").stdout);
console.log(
  `validation NLL ${all.nll.toFixed(5)}, mean rate ${all.meanRateNll.toFixed(5)}, PSTH ${all.psthNll.toFixed(5)}: ` +
    `better by ${(all.meanRateNll - all.nll).toFixed(5)} and ${(all.psthNll - all.nll).toFixed(5)} nats a bin and channel`,
);
process.exit(all.nll < all.meanRateNll ? 0 : 1);
