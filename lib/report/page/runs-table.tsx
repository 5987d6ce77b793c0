import { useState } from "preact/hooks";
import type { ReportData, ReportRun } from "#lib/report/report-data.js";
import { type Choice, type Choose, formatChoice } from "./choice.js";
import { fixed, paramText, part, shown } from "./format.js";
import { resultColumn } from "./result-columns.js";
import { bestOf, cellOf, filterRuns, type RunColumn, runColumns, sortRuns } from "./run-rows.js";

const ROWS_AT_FIRST = 100;

interface RunsTableProps {
  readonly data: ReportData;
  readonly chosen: ReportRun;
  readonly compared: ReportRun | undefined;
  readonly choice: Choice;
  readonly choose: Choose;
}

export function RunsTable({ data, chosen, compared, choice, choose }: RunsTableProps) {
  const [all, setAll] = useState(false);
  const columns = runColumns(data);
  const runs = sortRuns(filterRuns(data.runs, columns, choice.filter ?? ""), columns, choice.sort ?? "");
  const rows = all ? runs : runs.slice(0, ROWS_AT_FIRST);
  const best = new Map(columns.map(({ name }) => [name, bestOf(data.runs, name)]));
  return (
    <>
      {data.runs.length > 1 && (
        <div class="filter">
          <label for="filter">Filter</label>
          <input
            id="filter"
            type="search"
            value={choice.filter ?? ""}
            placeholder={`e.g. ${data.varying[0] ?? data.runs[0]!.spec}${data.varying[0] ? `=${paramText(data.runs[0]!.params[data.varying[0]])}` : ""}`}
            onInput={(event) => choose({ filter: event.currentTarget.value })}
          />
          <span role="status">{part(runs.length, data.runs.length, "run")}</span>
        </div>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keys too */}
      <section class="table-box" aria-label="Table of runs" tabIndex={0}>
        <table class="runs">
          <thead>
            <tr>
              {columns.map((column) => (
                <Heading key={column.name} column={column} sort={choice.sort ?? ""} choose={choose} />
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((run) => (
              <tr
                key={run.label}
                class={run === chosen ? "chosen" : run === compared ? "compared" : ""}
                onClick={() => choose({ run: run.label })}
              >
                {columns.map((column) => (
                  <Cell key={column.name} {...{ run, column, choice, chosen, best: best.get(column.name) ?? null }} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {rows.length < runs.length && (
        <button type="button" onClick={() => setAll(true)}>
          Show all {runs.length} runs
        </button>
      )}
    </>
  );
}

/** A click sorts, the best first where there is a best; a second click turns it round. */
function Heading({ column, sort, choose }: { column: RunColumn; sort: string; choose: Choose }) {
  const { kind, name } = column;
  const result = kind === "result" ? resultColumn(name) : undefined;
  const first = result?.better === "high" ? `-${name}` : name;
  const turned = first === name ? `-${name}` : name;
  const order = sort === name ? "ascending" : sort === `-${name}` ? "descending" : "none";
  return (
    <th scope="col" class={kind} aria-sort={order}>
      <button type="button" title={result?.about} onClick={() => choose({ sort: sort === first ? turned : first })}>
        {kind === "run" ? "Run" : (result?.heading ?? name)}
        <span class="order" aria-hidden="true">
          {order === "ascending" ? "▲" : order === "descending" ? "▼" : ""}
        </span>
      </button>
    </th>
  );
}

interface CellProps {
  readonly run: ReportRun;
  readonly column: RunColumn;
  readonly choice: Choice;
  readonly chosen: ReportRun;
  readonly best: number | null;
}

function Cell({ run, column, choice, chosen, best }: CellProps) {
  const value = cellOf(run, column);
  if (column.kind === "run")
    return (
      <th scope="row">
        <a
          href={formatChoice({ ...choice, run: run.label })}
          aria-current={run === chosen ? "true" : undefined}
          onClick={(event) => event.stopPropagation()}
        >
          {run.spec} <code>{run.paramName}</code>
        </a>
      </th>
    );
  const text =
    typeof value === "string"
      ? value
      : column.kind === "result"
        ? fixed(value, resultColumn(column.name).decimals)
        : shown(value, 6);
  const isBest = best !== null && value === best;
  return (
    <td
      class={typeof value === "string" ? "text" : "number"}
      data-value={typeof value === "number" ? value : undefined}
    >
      {isBest ? (
        <strong class="best" title="best of all runs">
          {text}
          <span class="hidden"> (best)</span>
        </strong>
      ) : (
        text
      )}
    </td>
  );
}
