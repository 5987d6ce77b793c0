import { useLayoutEffect } from "preact/hooks";
import type { ReportData } from "#lib/report/report-data.js";
import { useChoice } from "./choice.js";
import { chosenRun } from "./chosen.js";
import { comparedRun } from "./compared.js";
import { part } from "./format.js";
import { OtherRuns } from "./other-runs.js";
import { filterRuns, runColumns } from "./run-rows.js";
import { RunView } from "./run-view.js";
import { RunsTable } from "./runs-table.js";
import { SweepPlots } from "./sweep-plots.js";
import { ThemeProvider, useThemeSwitch } from "./theme.js";

export function ReportPage({ data }: { readonly data: ReportData }) {
  const [choice, choose] = useChoice();
  const [theme, changeTheme] = useThemeSwitch();
  const run = chosenRun(data, choice);
  const compared = comparedRun(data, run, choice);
  const runs = filterRuns(data.runs, runColumns(data), choice.filter ?? "");
  const datasets = new Set(data.runs.flatMap((each) => each.datasets));
  useLayoutEffect(() => {
    // When the figures above it have been drawn.
    requestAnimationFrame(() => document.getElementById(choice.view ?? "")?.scrollIntoView({ behavior: "instant" }));
  }, []);
  return (
    <ThemeProvider value={theme}>
      <header class="page-head">
        <div>
          <p class="kind">LFADS run collection</p>
          <h1>{data.collection}</h1>
          <p class="note">
            {part(data.runs.length, data.runs.length + data.others.length, "run")} of{" "}
            {part(datasets.size, datasets.size, "dataset")} in <code>{data.folder}</code>
            {data.where.length > 0 && (
              <>
                , those with <code>{data.where.join(", ")}</code>
              </>
            )}
            {data.imported ? ", imported" : ""} · lfads {data.lfads}
          </p>
        </div>
        <button type="button" class="theme" onClick={changeTheme}>
          {theme === "dark" ? "Light" : "Dark"} theme
        </button>
      </header>
      <main>
        <section id="runs" class="view" aria-labelledby="runs-heading">
          <h2 id="runs-heading">Runs</h2>
          <RunsTable {...{ data, chosen: run, compared: compared?.run, choice, choose }} />
          <OtherRuns data={data} />
          <SweepPlots {...{ data, runs, chosen: run, compared: compared?.run, choice, choose }} />
        </section>
        <RunView {...{ data, run, compared, choice, choose }} />
      </main>
    </ThemeProvider>
  );
}
