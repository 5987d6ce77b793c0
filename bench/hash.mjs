// Claim: changed big files are hashed at the speed of SHA-256 on one core, several at once. Recordings of a built project are
// touched, so that the next `lfads build --dry-run` reads them in full; what it takes longer than one that reads nothing is
// the hashing. Beside `openssl dgst` and `sha256sum` over the same files, in turn; all come from the page cache.
//   npm run build && apt-get install time openssl && node bench/hash.mjs
// --gigabytes 1     of each file
// --rounds 5
// --write           puts the table into docs/benchmarks.md
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measure, medians } from "./null-build/measure.mjs";
import { builtSweep } from "./null-build/sweep.mjs";
import { reportTable } from "./report-table.mjs";

const { values } = parseArgs({
  options: {
    gigabytes: { type: "string", default: "1" },
    rounds: { type: "string", default: "5" },
    write: { type: "boolean" },
  },
});
const bytes = Number(values.gigabytes) * 1e9;

const folder = mkdtempSync(join(tmpdir(), "lfads-hash-"));
try {
  const { dir } = builtSweep(folder, 10);
  const files = ["session01.h5", "session02.h5"].map((name) => join(dir, "data", name));
  for (const file of files) fill(file);
  const build = ["node_modules/.bin/lfads", "build"];
  const dryRun = [...build, "--dry-run"];
  measure(build, { cwd: dir, expected: /^Built/m });
  const all = (args, expected = /(?:)/) => measure(args, { cwd: dir, expected });

  /** What each does with one file, and with both at once. */
  const tools = {
    "lfads build --dry-run": (count) => {
      for (const file of files.slice(0, count)) utimesSync(file, new Date(), new Date());
      return all(dryRun, /targets are fresh\.$/m);
    },
    "openssl dgst -sha256": (count) => all(inParallel("openssl dgst -sha256", files.slice(0, count))),
    sha256sum: (count) => all(inParallel("sha256sum", files.slice(0, count))),
  };
  const nothing = [];
  const measured = Object.fromEntries(Object.keys(tools).map((name) => [name, { one: [], both: [] }]));
  for (let i = 0; i < Number(values.rounds); i++) {
    nothing.push(all(dryRun, /targets are fresh\.$/m));
    for (const [name, use] of Object.entries(tools)) {
      measured[name].one.push(use(1));
      measured[name].both.push(use(2));
    }
  }
  const start = medians(nothing).seconds;
  const rates = Object.entries(measured).map(([name, { one, both }]) => {
    const extra = name.startsWith("lfads") ? start : 0;
    const rate = (each, count) => (count * bytes) / 1e9 / (each.seconds - extra);
    return { name, one: rate(medians(one), 1), both: rate(medians(both), 2), memory: medians(both).megabytes };
  });
  const [own, ...others] = rates;
  const best = Math.max(...others.map(({ one }) => one));
  const goals = [
    [`as fast as the faster of the others, within a tenth (${(own.one / best).toFixed(2)})`, own.one >= 0.9 * best],
    [`two files at 1.6 times the speed of one (${(own.both / own.one).toFixed(2)})`, own.both >= 1.6 * own.one],
  ];
  if (goals.some(([, holds]) => !holds)) process.exitCode = 1;
  reportTable(
    "bench/hash.mjs",
    ["what", "one file, GB/s", "two files, GB/s", "peak memory, MB"],
    rates.map(({ name, one, both, memory }) => [`\`${name}\``, one.toFixed(2), both.toFixed(2), memory.toFixed(0)]),
    [
      `Asked: ${goals.map(([text, holds]) => `${text}: ${holds ? "yes" : "**no**"}`).join("; ")}.`,
      `Medians of ${values.rounds} rounds in turn, of files of ${values.gigabytes} GB; of lfads without the ${start.toFixed(2)} s that it takes with nothing changed.`,
    ],
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Noise, quickly: SHA-256 takes any bytes alike. */
function fill(file) {
  execFileSync("sh", [
    "-c",
    `openssl enc -aes-128-ctr -pass pass:lfads -nosalt < /dev/zero 2> /dev/null | head -c ${bytes} > ${file}`,
  ]);
}

function inParallel(command, files) {
  return ["sh", "-c", `${files.map((file) => `${command} ${file} > /dev/null & `).join("")} wait`];
}
