/** The table of the benchmark, and which of the goals are met. */
import { reportTable } from "../report-table.mjs";

export class Report {
  #rows = [];
  #notes = [];

  /**
   * @param what What was measured.
   * @param measured As `medians` gives it.
   * @param goals Texts with whether they hold: `["0.4 s", true]`. None: it is there for comparison.
   */
  add(what, measured, goals = []) {
    const { seconds, least, most, rounds, cpuSeconds, megabytes } = measured;
    const range = rounds > 1 ? ` (${least.toFixed(3)}–${most.toFixed(3)})` : "";
    const row = [
      what,
      `${seconds.toFixed(3)}${range}`,
      cpuSeconds.toFixed(2),
      megabytes.toFixed(0),
      goals.map(([text, holds]) => `${text}: ${holds ? "yes" : "**no**"}`).join("; "),
    ];
    if (goals.some(([, holds]) => !holds)) process.exitCode = 1;
    this.#rows.push(row);
    console.error(row.join("  |  "));
  }

  note(sentence) {
    this.#notes.push(sentence);
    console.error(sentence);
  }

  end() {
    const header = ["what", "seconds", "processor seconds", "peak memory, MB", "asked: reached"];
    const how =
      "Seconds: median, least and most in brackets. Peak memory: ru_maxrss of the largest process, by GNU time.";
    reportTable("bench/null-build.mjs", header, this.#rows, [...this.#notes, how]);
  }
}
