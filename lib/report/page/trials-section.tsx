import type { DatasetDetail, RunDetail, Values } from "#lib/report/report-data.js";
import { ChannelTrace } from "./channel-trace.js";
import type { Choose } from "./choice.js";
import type { Chosen } from "./chosen.js";
import { countRamp, rateRamp, signedRamp } from "./colours.js";
import type { Compared } from "./compared.js";
import { ChannelChooser, TrialChooser } from "./data-choosers.js";
import { part, shown } from "./format.js";
import { HeatMap } from "./heat-map.js";
import { at, extentOf, type Matrix, matrixOf, numbersOf, transposed } from "./matrix.js";

export interface DatasetSectionProps {
  readonly detail: RunDetail;
  readonly dataset: DatasetDetail;
  readonly chosen: Chosen;
  readonly choose: Choose;
  readonly compared: Compared | undefined;
}

export function TrialsSection({ detail, dataset, chosen, choose, compared }: DatasetSectionProps) {
  const { trials, nTrials } = dataset;
  const trial = trials[chosen.trial]!;
  const channels = numbersOf(dataset.channels);
  const times = numbersOf(dataset.timesMs);
  const isSpikes = detail.unit === "spikes/s";
  const of = (values: Values) => transposed(at(matrixOf(values), chosen.trial));
  const [counts, rates] = [of(dataset.counts), of(dataset.rates)];
  const truth = dataset.truth && of(dataset.truth);
  const [low, high] = extentOf(rates.data, truth?.data ?? [], isSpikes ? [] : counts.data);
  const most = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const rateDomain = [isSpikes ? 0 : -most, most] as const;
  const countDomain = isSpikes ? ([0, Math.max(1, extentOf(counts.data)[1])] as const) : rateDomain;
  const rows = {
    label: "Channel",
    names: channels.map(String),
    chosen: chosen.channel,
    onChoose: (row: number) => choose({ channel: String(channels[row]) }),
  };
  const common = { of: [dataset, chosen.trial], rows, columns: times };
  const where = `trial ${trial.number}, ${part(channels.length, dataset.nChannels, "channel")}, ${shown(times[0])} to ${shown(times.at(-1))} ms`;
  const peak = (matrix: Matrix) => shown(extentOf(matrix.data)[1], 3);
  return (
    <>
      <div class="choosers">
        <TrialChooser trials={trials} index={chosen.trial} choose={choose} />
        <ChannelChooser channels={channels} index={chosen.channel} choose={choose} />
        <p class="note">
          {part(trials.length, nTrials.train + nTrials.valid, "trial")} and{" "}
          {part(channels.length, dataset.nChannels, "channel")} are in this page.
        </p>
      </div>
      <div class="grid medium">
        <HeatMap
          title={isSpikes ? "Spike counts" : "Data"}
          alt={`${isSpikes ? "Spike counts" : "Data"} of ${where}; at most ${peak(counts)} in a bin of ${shown(detail.binMs)} ms.`}
          values={counts}
          domain={countDomain}
          unit={isSpikes ? `a bin of ${shown(detail.binMs)} ms` : "a.u."}
          ramp={isSpikes ? countRamp : signedRamp}
          {...common}
        />
        <HeatMap
          title={isSpikes ? "Inferred rates" : "Inferred means"}
          alt={`Inferred rates of ${where}; at most ${peak(rates)} ${detail.unit}.`}
          values={rates}
          domain={rateDomain}
          unit={detail.unit}
          ramp={isSpikes ? rateRamp : signedRamp}
          {...common}
        />
        {truth && (
          <HeatMap
            title="True rates"
            alt={`True rates of ${where}; at most ${peak(truth)} ${detail.unit}.`}
            values={truth}
            domain={rateDomain}
            unit={detail.unit}
            ramp={isSpikes ? rateRamp : signedRamp}
            {...common}
          />
        )}
      </div>
      <ChannelTrace
        {...{ detail, dataset, chosen, times, compared }}
        channel={channels[chosen.channel]!}
        trial={trial.number}
      />
    </>
  );
}
