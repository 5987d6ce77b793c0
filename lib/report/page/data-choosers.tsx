/** Which trial, channel and condition is looked at. */
import type { ShownTrial } from "#lib/report/report-data.js";
import type { Choose } from "./choice.js";
import { Chooser } from "./chooser.js";

export function TrialChooser({ trials, index, choose }: TrialChooserProps) {
  return (
    <Chooser
      label="Trial"
      value={String(trials[index]!.number)}
      options={trials.map(({ number, side, condition }) => ({
        value: String(number),
        text: `${number} · ${side === "valid" ? "validation" : "training"}${condition === null ? "" : ` · condition ${condition}`}`,
      }))}
      onChoose={(trial) => choose({ trial })}
    />
  );
}

interface TrialChooserProps {
  readonly trials: readonly ShownTrial[];
  readonly index: number;
  readonly choose: Choose;
}

export function ChannelChooser({ channels, index, choose }: ChannelChooserProps) {
  return (
    <Chooser
      label="Channel"
      value={String(channels[index])}
      options={channels.map((number) => ({ value: String(number), text: String(number) }))}
      onChoose={(channel) => choose({ channel })}
    />
  );
}

interface ChannelChooserProps {
  readonly channels: readonly number[];
  readonly index: number;
  readonly choose: Choose;
}

export function ConditionChooser({ names, index, trials, choose }: ConditionChooserProps) {
  return (
    <Chooser
      label="Condition"
      value={names[index]!}
      options={names
        .map((name, k) => ({ value: name, text: `${name} · ${trials[k]} trials` }))
        .filter((_, k) => trials[k]! > 0)}
      onChoose={(condition) => choose({ condition })}
    />
  );
}

interface ConditionChooserProps {
  readonly names: readonly string[];
  readonly index: number;
  readonly trials: readonly number[];
  readonly choose: Choose;
}
