import { relative } from "node:path";
import type { BuildResult, Graph } from "#lib/build/index.js";
import { loadProject } from "#lib/config/load-project.js";
import type { Dataset, DatasetSet, Project } from "#lib/config/project.js";
import { isMade, recordingName, recordingSettings } from "#lib/config/recording-name.js";
import { ok } from "#lib/result.js";
import type { DatasetInfo } from "#lib/sources/dataset-info.js";
import { isGenerated } from "#lib/sources/source-spec.js";
import { datasetTarget, planRecordings } from "#rules/plan-recordings.js";
import { abortOnSignals } from "../abort-on-signals.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { readInfos } from "../dataset-infos.js";
import { exitCode } from "../exit-code.js";
import { type DatasetRow, datasetsCsv, datasetsJson, datasetsTable } from "../format-datasets.js";
import { type Workspace, withWorkspace } from "../open-workspace.js";
import { painter } from "../paint.js";
import { printFailures } from "../print-failures.js";
import { settingText } from "../run-settings.js";
import { chooseView } from "../views/choose-view.js";

export interface DatasetsOptions {
  readonly json?: boolean;
  readonly csv?: boolean;
}

/** Every dataset of the lfadsfile, also those that no run uses. Recordings that are there and not known are read. */
export async function datasets(
  context: CommandContext,
  { json = false, csv = false }: DatasetsOptions,
): Promise<CommandResult> {
  const { terminal, verbose } = context;
  const view = await chooseView(context, { json: false, explain: false, timeLeft: async () => undefined });
  return withWorkspace(context, { plan: planRecordings, onEvent: view.onEvent }, async (workspace) => {
    const { graph, session } = workspace;
    const interrupt = new AbortController();
    const stopListening = abortOnSignals(interrupt);
    let result: BuildResult;
    try {
      result = await session.run({ labels: readable(workspace), keepGoing: true, signal: interrupt.signal });
    } finally {
      view.stop();
      stopListening();
    }
    if (result.interrupted) return ok(exitCode.interrupted);
    const project = await filtered(workspace.project);
    if (!project.ok) return project;
    const statuses = await session.status([...graph.byLabel.keys()]);
    const fresh = (label: string) => statuses.get(label) === "fresh";
    const rows = rowsOf(project.value, graph, fresh);
    if (json) terminal.out(`${JSON.stringify(datasetsJson(rows))}\n`);
    else if (csv) terminal.out(datasetsCsv(rows));
    else if (rows.length === 0) terminal.err("The filters leave no dataset.\n");
    else terminal.out(`${datasetsTable(rows, painter(terminal.outColour)).join("\n")}\n`);
    printFailures(terminal, result.failures, verbose);
    const unknown = rows.filter(({ info }) => !info).length - result.failures.length;
    if (unknown > 0) terminal.err(`${unknown} are not made yet: lfads build :dataset makes and reads them.\n`);
    return ok(result.ok ? exitCode.fine : exitCode.failed);
  });
}

/** Targets that read a recording that is there: what is made is a build's work. */
function readable({ project, graph }: Workspace): string[] {
  const labels = project.collections.flatMap(({ datasets: set, params }) =>
    (set.candidates ?? set.datasets)
      .filter(({ source, maker }) => !isGenerated(source) && !maker)
      .map(({ name }) => datasetTarget(project, set, name, params[0]!).label),
  );
  return [...new Set(labels)].filter((label) => graph.byLabel.has(label));
}

/** Filters can say more when recordings were read. */
async function filtered(project: Project): ReturnType<typeof loadProject> {
  return project.collections.some(({ datasets: set }) => set.readsAll) ? loadProject(project.file) : ok(project);
}

function rowsOf(project: Project, graph: Graph, fresh: (label: string) => boolean): DatasetRow[] {
  const rows = new Map<string, DatasetRow>();
  for (const collection of project.collections) {
    const { datasets: set, params } = collection;
    for (const dataset of set.datasets) {
      for (const setting of recordingSettings(set, params)) {
        const name = recordingName(set, dataset.name, setting);
        const target = datasetTarget(project, set, dataset.name, setting);
        const known =
          graph.byLabel.has(target.label) && fresh(target.label) ? readInfos([{ name, ...target }]) : undefined;
        const shown = isMade(set) && params.length > 1 ? settingText(collection, setting) : "";
        if (!rows.has(name)) rows.set(name, rowOf(project, set, dataset, shown, known?.get(name)));
      }
    }
  }
  return [...rows.values()].sort((a, b) => (a.collection < b.collection ? -1 : a.collection > b.collection ? 1 : 0));
}

function rowOf(
  project: Project,
  set: DatasetSet,
  { name, file, metadata = {}, source }: Dataset,
  setting: string,
  info: DatasetInfo | undefined,
): DatasetRow {
  const { subject = info?.subject, date = info?.date, ...own } = metadata;
  return {
    collection: set.name,
    dataset: name,
    setting,
    metadata: { ...(subject === undefined ? {} : { subject }), ...(date === undefined ? {} : { date }), ...own },
    info,
    file: isGenerated(source) && !info ? "" : relative(project.dir, file),
  };
}
