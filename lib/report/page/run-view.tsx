/** One run: what it reached, and its sections, those that it has data for. */
import type { ComponentChildren } from "preact";
import type { ReportData, ReportRun } from "#lib/report/report-data.js";
import { AlignmentSection } from "./alignment-section.js";
import { type Choice, type Choose, formatChoice } from "./choice.js";
import { Chooser } from "./chooser.js";
import { chosenDataset, chosenIndices } from "./chosen.js";
import type { Compared } from "./compared.js";
import { ConditionsSection } from "./conditions-section.js";
import { FactorsSection } from "./factors-section.js";
import { FilesSection } from "./files-section.js";
import { fixed, part } from "./format.js";
import { InputsSection } from "./inputs-section.js";
import { ReadoutSection } from "./readout-section.js";
import { resultColumn } from "./result-columns.js";
import { runTitle, settingOf } from "./run-rows.js";
import { StitchingSection } from "./stitching-section.js";
import { TrainingSection } from "./training-section.js";
import { TrialsSection } from "./trials-section.js";

interface RunViewProps {
  readonly data: ReportData;
  readonly run: ReportRun;
  readonly compared: Compared | undefined;
  readonly choice: Choice;
  readonly choose: Choose;
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: ComponentChildren;
}

export function RunView(props: RunViewProps) {
  const { data, run, compared, choice, choose } = props;
  const titles = data.runs.map((each) => ({ value: each.label, text: runTitle(each, data) }));
  const sections = sectionsOf(props);
  const { detail } = run;
  const dataset = detail && chosenDataset(detail, choice);
  return (
    <section class="run" aria-labelledby="run-heading">
      <div class="run-head">
        <h2 id="run-heading">
          {run.spec} <code>{run.paramName}</code>
        </h2>
        <p class="setting">
          {settingOf(run, data) || run.name}
          {compared && <span class="note">Compared with {compared.name}: the smaller numbers, the dashed lines.</span>}
        </p>
        <KeyResults run={run} compared={compared} />
      </div>
      <div class="bar">
        <div class="choosers">
          {data.runs.length > 1 && (
            <Chooser label="Run" value={run.label} options={titles} onChoose={(label) => choose({ run: label })} />
          )}
          {data.runs.length > 1 && (
            <Chooser
              label="Compare with"
              value={compared?.run.label ?? ""}
              options={[{ value: "", text: "no other run" }, ...titles.filter(({ value }) => value !== run.label)]}
              onChoose={(label) => choose({ compare: label })}
            />
          )}
          {detail && dataset && detail.datasets.length > 1 && (
            <Chooser
              label="Dataset"
              value={dataset.name}
              options={detail.datasets.map(({ name }) => ({ value: name, text: name }))}
              onChoose={(name) => choose({ dataset: name })}
            />
          )}
        </div>
        <nav aria-label="Views of the run">
          {sections.map(({ id, title }) => (
            <a
              key={id}
              href={formatChoice({ ...choice, view: id })}
              onClick={(event) => {
                event.preventDefault();
                choose({ view: id });
                document.getElementById(id)!.scrollIntoView();
              }}
            >
              {title}
            </a>
          ))}
        </nav>
      </div>
      {detail && detail.datasets.length < run.datasets.length && (
        <p class="note">{part(detail.datasets.length, run.datasets.length, "dataset")} are in this page.</p>
      )}
      {!detail && (
        <p class="note">
          This page has no trials of this run:{" "}
          {data.runs.some((each) => each.detail)
            ? `it has those of the ${data.runs.filter((each) => each.detail).length} runs with the lowest validation NLL. `
            : "their files are not there. "}
          The run's files are in <code>{run.folder}</code>.
        </p>
      )}
      {sections.map(({ id, title, content }) => (
        <section key={id} id={id} class="view" aria-labelledby={`${id}-heading`}>
          <h3 id={`${id}-heading`}>{title}</h3>
          {content}
        </section>
      ))}
    </section>
  );
}

function sectionsOf({ data, run, compared, choice, choose }: RunViewProps): Section[] {
  const { cost, detail } = run;
  const sections: Section[] = [];
  const add = (id: string, title: string, content: ComponentChildren) => sections.push({ id, title, content });
  if (cost) add("training", "Training", <TrainingSection cost={cost} compared={compared} />);
  const dataset = detail && chosenDataset(detail, choice);
  if (detail && dataset) {
    const chosen = chosenIndices(detail, dataset, choice);
    const common = { detail, dataset, chosen, choose, compared };
    const { averages } = dataset;
    if (dataset.trials.length > 0) add("trials", "Single trials", <TrialsSection {...common} />);
    if (averages) add("psths", "PSTHs", <ConditionsSection {...common} averages={averages} choice={choice} />);
    if (dataset.trials.length > 0) add("factors", "Factors", <FactorsSection {...common} choice={choice} />);
    if (dataset.inputs || dataset.externalInputs || detail.prior)
      add("inputs", "Inputs", <InputsSection {...common} />);
    if (dataset.readout)
      add(
        "readout",
        "Read-out",
        <ReadoutSection dataset={dataset} readout={dataset.readout} isSpikes={detail.unit === "spikes/s"} />,
      );
    if (detail.datasets.filter((each) => each.averages).length > 1)
      add("sessions", "All sessions", <StitchingSection {...{ detail, chosen, choice, choose }} />);
    if (detail.alignment)
      add("alignment", "Alignment", <AlignmentSection {...{ alignment: detail.alignment, choice, choose }} />);
  }
  add("files", "Files and provenance", <FilesSection data={data} run={run} />);
  return sections;
}

interface KeyResultsProps {
  readonly run: ReportRun;
  readonly compared: Compared | undefined;
}

function KeyResults({ run, compared }: KeyResultsProps) {
  const names = ["validCost", "nll", "bitsPerSpike", "coSmoothing", "r2.pooled", "psthR2"];
  const known = names.filter((name) => typeof run.results[name] === "number");
  if (known.length === 0) return null;
  return (
    <dl class="key-results">
      {known.map((name) => {
        const { heading, about, decimals } = resultColumn(name);
        return (
          <div key={name} title={about}>
            <dt>{heading}</dt>
            <dd data-result={name} data-value={run.results[name]}>
              {fixed(run.results[name], decimals)}
            </dd>
            {compared && (
              <dd class="compared" title={compared.name} data-value={compared.run.results[name]}>
                {fixed(compared.run.results[name], decimals)}
                <span class="hidden"> in {compared.name}</span>
              </dd>
            )}
          </div>
        );
      })}
    </dl>
  );
}
