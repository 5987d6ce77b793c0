import type { DatasetDetail } from "#lib/report/report-data.js";
import { signedRamp } from "./colours.js";
import { part, shown } from "./format.js";
import { HeatMap } from "./heat-map.js";
import { extentOf, matrixOf, numbersOf } from "./matrix.js";

interface ReadoutSectionProps {
  readonly dataset: DatasetDetail;
  readonly readout: NonNullable<DatasetDetail["readout"]>;
  readonly isSpikes: boolean;
}

/** The weights from factors to the logarithm of the rates (to means, of gaussian output). */
export function ReadoutSection({ dataset, readout, isSpikes }: ReadoutSectionProps) {
  const weights = matrixOf(readout.weights);
  const channels = numbersOf(readout.channels);
  const [F] = weights.shape as [number, number];
  const [low, high] = extentOf(weights.data);
  const most = Math.max(Math.abs(low), Math.abs(high)) || 1;
  return (
    <HeatMap
      title={`From ${part(F, F, "factor")} to ${part(channels.length, dataset.nChannels, "channel")}`}
      alt={`Read-out weights of ${dataset.name}, ${part(F, F, "factor")} by ${part(channels.length, dataset.nChannels, "channel")}: between ${shown(low, 3)} and ${shown(high, 3)}.`}
      of={[dataset]}
      values={weights}
      domain={[-most, most]}
      unit={isSpikes ? "(log rate a unit of factor)" : "(mean a unit of factor)"}
      ramp={signedRamp}
      rows={{ label: "Factor", names: Array.from({ length: F }, (_, f) => String(f + 1)) }}
      columns={channels.map((_, i) => i)}
      columnAxis={{
        label: "Channel",
        labelArrow: "none",
        labelAnchor: "right",
        ticks: [...channels.keys()].filter((i) => i % Math.ceil(channels.length / 12) === 0),
        tickFormat: (i: number) => String(channels[i]),
      }}
      columnText={(i) => `channel ${channels[i]}`}
      rowHeight={22}
    />
  );
}
