/** Runs a command and tells what it took. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const GNU_TIME = "/usr/bin/time";

/**
 * Throws where the command fails, or says something else than `expected`.
 * @returns Wall-clock and processor time in seconds, peak memory of the largest process in MB (ru_maxrss, by GNU time).
 */
export function measure([command, ...args], { cwd, env = {}, expected }) {
  const folder = mkdtempSync(join(tmpdir(), "lfads-measure-"));
  const report = join(folder, "time");
  try {
    const started = performance.now();
    const { status, error, stdout, stderr } = spawnSync(
      GNU_TIME,
      ["--output", report, "--format", "%U %S %M", command, ...args],
      { cwd, env: { ...process.env, ...env }, encoding: "utf8", maxBuffer: 2 ** 30 },
    );
    const seconds = (performance.now() - started) / 1000;
    if (error) throw error;
    const out = `${stdout}${stderr}`;
    if (status !== 0 || !expected.test(out)) {
      throw new Error(`${[command, ...args].join(" ")} in ${cwd} ended with ${status}:\n${out.slice(0, 4000)}`);
    }
    const [user, system, kilobytes] = readFileSync(report, "utf8").trim().split(/\s+/).map(Number);
    return { seconds, cpuSeconds: user + system, megabytes: kilobytes / 1024, out };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The medians of several measures, with the least and the most of the seconds. */
export function medians(measures) {
  const sorted = (name) => measures.map((each) => each[name]).sort((a, b) => a - b);
  const middle = (values) => values[Math.floor(values.length / 2)];
  const seconds = sorted("seconds");
  return {
    seconds: middle(seconds),
    least: seconds[0],
    most: seconds.at(-1),
    cpuSeconds: middle(sorted("cpuSeconds")),
    megabytes: middle(sorted("megabytes")),
    rounds: measures.length,
  };
}
