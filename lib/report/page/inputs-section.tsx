import * as Plot from "@observablehq/plot";
import type { RunDetail, Values } from "#lib/report/report-data.js";
import { seriesColours } from "./colours.js";
import { ConditionChooser, TrialChooser } from "./data-choosers.js";
import { Figure } from "./figure.js";
import { shown } from "./format.js";
import { LineLegend } from "./legend.js";
import { at, column, extentOf, matrixOf, numbersOf } from "./matrix.js";
import { curve, readOut, timePlot } from "./plot-parts.js";
import { useTheme } from "./theme.js";
import type { DatasetSectionProps } from "./trials-section.js";

/** What drives the generator: inferred inputs with their prior, and external inputs. */
export function InputsSection({ detail, dataset, chosen, choose }: DatasetSectionProps) {
  const trial = dataset.trials[chosen.trial]!;
  const times = numbersOf(dataset.timesMs);
  const panel = { times, of: [dataset, chosen.trial, chosen.condition] };
  const condition = detail.conditions[chosen.condition];
  const averages = dataset.averages?.inputs && at(matrixOf(dataset.averages.inputs), chosen.condition);
  const single = (values: Values) => at(matrixOf(values), chosen.trial);
  const columnsOf = (values: ReturnType<typeof single>) =>
    Array.from({ length: values.shape[1]! }, (_, i) => column(values, i));
  return (
    <>
      <div class="choosers">
        <TrialChooser trials={dataset.trials} index={chosen.trial} choose={choose} />
        {averages && (
          <ConditionChooser
            names={detail.conditions}
            index={chosen.condition}
            trials={numbersOf(dataset.averages!.nTrials)}
            choose={choose}
          />
        )}
      </div>
      <div class="grid medium">
        {dataset.inputs && (
          <InputLines
            {...panel}
            title={`Inferred inputs in trial ${trial.number}`}
            values={columnsOf(single(dataset.inputs))}
          />
        )}
        {averages && (
          <InputLines
            {...panel}
            title={`Inferred inputs, average of condition ${condition}`}
            values={columnsOf(averages)}
          />
        )}
        {dataset.externalInputs && (
          <InputLines
            {...panel}
            title={`External inputs in trial ${trial.number}`}
            values={columnsOf(single(dataset.externalInputs))}
          />
        )}
        {detail.prior && <Prior prior={detail.prior} times={times} />}
      </div>
    </>
  );
}

interface InputLinesProps {
  readonly title: string;
  readonly of: readonly unknown[];
  readonly times: readonly number[];
  /** For each input. */
  readonly values: readonly (readonly number[])[];
}

function InputLines({ title, of, times, values }: InputLinesProps) {
  const keys = inputKeys(values.length, seriesColours(values.length, useTheme()));
  const alt = `${title}: ${values
    .map(
      (each, i) =>
        `${keys[i]!.name} between ${extentOf(each)
          .map((v) => shown(v, 3))
          .join(" and ")}`,
    )
    .join("; ")}.`;
  const draw = (width: number) =>
    timePlot(width, 220, {
      y: { label: "Input (a.u.)" },
      marks: [
        Plot.ruleY([0], { stroke: "var(--rule)" }),
        ...values.map((each, i) => curve(times, each, keys[i]!)),
        ...readOut(times, values[0]!, (t) =>
          [`${shown(times[t])} ms`, ...values.map((each, i) => `${keys[i]!.name} ${shown(each[t], 3)}`)].join("\n"),
        ),
      ],
    });
  return <Figure {...{ title, alt, of, draw }} legend={<LineLegend lines={keys.slice(0, 8)} />} />;
}

/** How long inputs last by the prior alone: the autocorrelation of each AR(1) process, exp(−lag/τ). */
function Prior({
  prior,
  times,
}: {
  readonly prior: NonNullable<RunDetail["prior"]>;
  readonly times: readonly number[];
}) {
  const [tau, variance] = [numbersOf(prior.tauMs), numbersOf(prior.variance)];
  const keys = inputKeys(tau.length, seriesColours(tau.length, useTheme()));
  const lags = times.map((time) => time - times[0]!);
  const curves = tau.map((each) => lags.map((lag) => Math.exp(-lag / each)));
  const alt = `Prior of the inferred inputs, AR(1) processes: ${tau
    .map((each, i) => `${keys[i]!.name} has τ ${shown(each, 3)} ms and variance ${shown(variance[i], 3)}`)
    .join("; ")}.`;
  const draw = (width: number) =>
    timePlot(width, 220, {
      x: { label: "Lag (ms)" },
      y: { label: "Autocorrelation", domain: [0, 1] },
      marks: [Plot.ruleY([0], { stroke: "var(--rule)" }), ...curves.map((each, i) => curve(lags, each, keys[i]!))],
    });
  return (
    <div>
      <Figure
        title="Prior of the inferred inputs"
        alt={alt}
        of={[prior]}
        draw={draw}
        legend={<LineLegend lines={keys.slice(0, 8)} />}
      />
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">Input</th>
            <th scope="col">τ (ms)</th>
            <th scope="col">Variance</th>
          </tr>
        </thead>
        <tbody>
          {tau.map((each, i) => (
            <tr key={keys[i]!.name}>
              <th scope="row">{i + 1}</th>
              <td class="number" data-value={each}>
                {shown(each)}
              </td>
              <td class="number" data-value={variance[i]}>
                {shown(variance[i])}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function inputKeys(count: number, colours: readonly string[]) {
  return Array.from({ length: count }, (_, i) => ({ name: `input ${i + 1}`, stroke: colours[i]! }));
}
