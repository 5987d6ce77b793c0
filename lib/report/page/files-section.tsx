import { Fragment } from "preact";
import type { ReportData, ReportRun } from "#lib/report/report-data.js";
import { paramText } from "./format.js";

/** Where a run lies, and what it and this page were made of. */
export function FilesSection({ data, run }: { readonly data: ReportData; readonly run: ReportRun }) {
  const params = { ...data.common, ...run.params };
  return (
    <>
      <dl class="facts">
        <div>
          <dt>Run</dt>
          <dd>
            <Path of={run.label} />
          </dd>
        </div>
        <div>
          <dt>Folder</dt>
          <dd>
            <Path of={run.folder} />
          </dd>
        </div>
        <div>
          <dt>Exported data</dt>
          <dd>
            <code>{run.dataName}</code>, {run.datasets.join(", ")}
          </dd>
        </div>
        <div>
          <dt>Provenance</dt>
          <dd>
            {data.imported ? "These runs were made elsewhere and imported. " : ""}
            <code>lfads show {run.label}:results</code> tells when, where and from what.
          </dd>
        </div>
      </dl>
      <details>
        <summary>Parameters of {run.name}</summary>
        <div class="table-box">
          <table class="plain">
            <thead>
              <tr>
                <th scope="col">Parameter</th>
                <th scope="col">Value</th>
                <th scope="col">Among runs</th>
              </tr>
            </thead>
            <tbody>
              {Object.entries(params).map(([name, value]) => (
                <tr key={name}>
                  <th scope="row">
                    <code>{name}</code>
                  </th>
                  <td>{paramText(value)}</td>
                  <td>{data.varying.includes(name) ? "differs" : "the same"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <p class="note">All other parameters have their defaults.</p>
      </details>
      {run.files.length > 0 && (
        <details>
          <summary>Files that this page shows ({run.files.length})</summary>
          <div class="table-box">
            <table class="plain">
              <thead>
                <tr>
                  <th scope="col">File</th>
                  <th scope="col">SHA-256</th>
                </tr>
              </thead>
              <tbody>
                {run.files.map(({ path, sha256 }) => (
                  <tr key={path}>
                    <th scope="row">
                      <Path of={path} />
                    </th>
                    <td>
                      <code>{sha256}</code>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      )}
    </>
  );
}

/** May break after a slash. */
export function Path({ of }: { readonly of: string }) {
  return (
    <code>
      {of.split(/(?<=\/)/).map((part, i) => (
        <Fragment key={i}>
          {part}
          <wbr />
        </Fragment>
      ))}
    </code>
  );
}
