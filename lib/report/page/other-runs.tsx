/** Runs of the collection that the page was not asked for: what they are, and how to see them. */
import type { ReportData } from "#lib/report/report-data.js";
import { paramText, part } from "./format.js";

export function OtherRuns({ data }: { readonly data: ReportData }) {
  const { others, where, varying } = data;
  if (others.length === 0) return null;
  return (
    <details class="others">
      <summary>{part(others.length, others.length, "other run")} of the collection not in this page</summary>
      <div class="table-box">
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">Run</th>
              {varying.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {others.map(({ label, spec, paramName, params }) => (
              <tr key={label}>
                <th scope="row">
                  {spec} <code>{paramName}</code>
                </th>
                {varying.map((name) => (
                  <td key={name}>{paramText(params[name])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="note">
        They were not asked for, or not there yet: this page is of the runs with <code>{where.join(", ")}</code>.{" "}
        <code>lfads report</code> makes one of all.
      </p>
    </details>
  );
}
