import type { ComponentChildren } from "preact";
import { smoothInTime } from "#lib/metrics/smooth-in-time.js";
import type { ConditionDetail, Values } from "#lib/report/report-data.js";
import type { Choice } from "./choice.js";
import { Chooser } from "./chooser.js";
import { comparedAverage } from "./compared.js";
import { ConditionLines } from "./condition-lines.js";
import { ChannelChooser, ConditionChooser } from "./data-choosers.js";
import { Figure } from "./figure.js";
import { part, shown } from "./format.js";
import { LineLegend } from "./legend.js";
import { at, column, extentOf, matrixOf, numbersOf } from "./matrix.js";
import { readOut, type TimeLine, timeLine, timeLineText, timePlot } from "./plot-parts.js";
import type { DatasetSectionProps } from "./trials-section.js";

/** Standard deviations to choose from, in ms; the first unless chosen. */
const SMOOTH_MS = [15, 0, 30, 60];

interface ConditionsSectionProps extends DatasetSectionProps {
  readonly choice: Choice;
  readonly averages: ConditionDetail;
}

/** PSTHs: averages over the trials of a condition, of the data and of the model. */
export function ConditionsSection({
  detail,
  dataset,
  averages,
  chosen,
  choice,
  choose,
  compared,
}: ConditionsSectionProps) {
  const { conditions, nConditions, unit } = detail;
  const channels = numbersOf(dataset.channels);
  const channel = channels[chosen.channel]!;
  const times = numbersOf(dataset.timesMs);
  const trials = numbersOf(averages.nTrials);
  const perCondition = (values: Values) => conditions.map((_, k) => column(at(matrixOf(values), k), chosen.channel));
  const smoothMs = SMOOTH_MS.find((ms) => String(ms) === choice.smooth) ?? SMOOTH_MS[0]!;
  const smooth = (values: number[]) =>
    smoothMs === 0 ? values : [...smoothInTime(Float64Array.from(values), 1, smoothMs / detail.binMs)];
  const data = perCondition(averages.psthData).map(smooth);
  const model = perCondition(averages.psthModel);
  const truth = averages.psthTruth && perCondition(averages.psthTruth);
  const isSpikes = unit === "spikes/s";
  const name = conditions[chosen.condition]!;
  const other = compared && comparedAverage(compared, dataset.name, name, channel);
  const [least, most] = extentOf(...data, ...model, other?.values ?? []);
  const domain = [isSpikes ? Math.min(0, least) : least, most] as const;
  const of = [dataset, chosen.channel, smoothMs, compared?.run];
  const label = isSpikes ? "Rate (spikes/s)" : "Value (a.u.)";
  const common = { of, times, label, names: conditions, chosen: chosen.condition, domain };
  const peak = (values: readonly number[][]) => `at most ${shown(extentOf(...values)[1], 3)} ${unit}`;
  return (
    <>
      <div class="choosers">
        <ConditionChooser names={conditions} index={chosen.condition} trials={trials} choose={choose} />
        <ChannelChooser channels={channels} index={chosen.channel} choose={choose} />
        <Chooser
          label="Smooth data"
          value={String(smoothMs)}
          options={[...SMOOTH_MS]
            .sort((a, b) => a - b)
            .map((ms) => ({ value: String(ms), text: ms === 0 ? "not at all" : `Gaussian, SD ${ms} ms` }))}
          onChoose={(ms) => choose({ smooth: ms })}
        />
        <p class="note">
          {part(conditions.length, nConditions, "condition")}; averages over training and validation trials.
        </p>
      </div>
      <div class="grid medium">
        {conditions.length > 1 && (
          <>
            <ConditionLines
              {...common}
              title="Data, all conditions"
              values={data}
              alt={`PSTHs of channel ${channel} in ${conditions.length} conditions: ${peak(data)}.`}
            />
            <ConditionLines
              {...common}
              title="Model, all conditions"
              values={model}
              alt={`Averages of the inferred rates of channel ${channel} in ${conditions.length} conditions: ${peak(model)}.`}
            />
          </>
        )}
        <OneCondition
          title={`Condition ${name}, ${trials[chosen.condition]} trials`}
          {...{ times, unit, label, domain }}
          of={[...of, chosen.condition]}
          lines={[
            {
              name: smoothMs === 0 ? "data" : "data, smoothed",
              stroke: "var(--ink-3)",
              values: data[chosen.condition]!,
            },
            ...(truth ? [{ name: "true rate", stroke: "var(--orange)", values: truth[chosen.condition]! }] : []),
            ...(other ? [{ ...other, name: `model, ${compared.name}`, stroke: "var(--purple)", dashed: true }] : []),
            { name: "model", stroke: "var(--blue)", values: model[chosen.condition]! },
          ]}
          note={compared && !other && `This page does not have this condition and channel of ${compared.name}.`}
        />
      </div>
    </>
  );
}

interface OneConditionProps {
  readonly title: string;
  readonly of: readonly unknown[];
  readonly times: readonly number[];
  readonly unit: string;
  readonly label: string;
  readonly domain: readonly [number, number];
  /** That of the model is the last. */
  readonly lines: readonly TimeLine[];
  readonly note: ComponentChildren;
}

function OneCondition({ title, of, times, unit, label, domain, lines, note }: OneConditionProps) {
  const mean = (values: readonly number[]) => shown(values.reduce((sum, v) => sum + v, 0) / values.length, 3);
  const alt = `${title}: mean over time ${lines.map(({ name, values }) => `${mean(values)} ${unit} (${name})`).join(", ")}.`;
  const draw = (width: number) =>
    timePlot(width, 240, {
      y: { label, domain: [...domain] },
      marks: [
        ...lines.map((line) => timeLine(times, line)),
        ...readOut(times, lines.at(-1)!.values, (i) =>
          [`${shown(times[i])} ms`, ...lines.map((line) => timeLineText(times[i]!, i, line))].join("\n"),
        ),
      ],
    });
  return <Figure {...{ title, alt, of, draw, note }} legend={<LineLegend lines={lines} />} />;
}
