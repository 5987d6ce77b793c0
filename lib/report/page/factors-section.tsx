import { AllFactors } from "./all-factors.js";
import type { Choice } from "./choice.js";
import { Chooser } from "./chooser.js";
import { seriesColours } from "./colours.js";
import { ConditionLines } from "./condition-lines.js";
import { ConditionChooser, TrialChooser } from "./data-choosers.js";
import { part, shown } from "./format.js";
import { LineLegend } from "./legend.js";
import { at, column, extentOf, matrixOf, numbersOf } from "./matrix.js";
import { useTheme } from "./theme.js";
import { Trajectories, type Trajectory } from "./trajectories.js";
import type { DatasetSectionProps } from "./trials-section.js";

interface FactorsSectionProps extends DatasetSectionProps {
  readonly choice: Choice;
}

export function FactorsSection({ detail, dataset, chosen, choice, choose }: FactorsSectionProps) {
  const theme = useTheme();
  const { averages, trials } = dataset;
  const { conditions } = detail;
  const F = detail.factors;
  const times = numbersOf(dataset.timesMs);
  const trial = trials[chosen.trial]!;
  const explained = numbersOf(detail.pca.explained);
  const condition = averages && conditions[chosen.condition]!;
  const colours = seriesColours(averages ? conditions.length : trials.length, theme);
  const trialPath: Trajectory = {
    name: `trial ${trial.number}`,
    colour: averages ? "var(--ink)" : colours[chosen.trial]!,
    points: at(matrixOf(dataset.factorsPca), chosen.trial),
    isChosen: !averages,
    isDashed: averages !== undefined,
  };
  const paths: Trajectory[] = averages
    ? [
        ...conditions.flatMap((name, k) => ({
          name,
          colour: colours[k]!,
          points: at(matrixOf(averages.factorsPca), k),
          isChosen: k === chosen.condition,
        })),
        trialPath,
      ]
    : trials.map((each, i) =>
        i === chosen.trial
          ? trialPath
          : { name: `trial ${each.number}`, colour: colours[i]!, points: at(matrixOf(dataset.factorsPca), i) },
      );
  const known = paths.filter(({ points }) => Number.isFinite(points.data[0]));
  const ofFactor = averages && conditions.map((_, k) => column(at(matrixOf(averages.factors), k), chosen.factor));
  return (
    <>
      <div class="choosers">
        <Chooser
          label="Factor"
          value={String(chosen.factor + 1)}
          options={Array.from({ length: F }, (_, f) => ({ value: String(f + 1), text: String(f + 1) }))}
          onChoose={(factor) => choose({ factor })}
        />
        {averages && (
          <ConditionChooser
            names={conditions}
            index={chosen.condition}
            trials={numbersOf(averages.nTrials)}
            choose={choose}
          />
        )}
        <TrialChooser trials={trials} index={chosen.trial} choose={choose} />
      </div>
      <div class="grid large">
        {explained.length > 1 && (
          <Trajectories
            title={averages ? "Trajectories of the conditions" : "Trajectories of single trials"}
            alt={`${part(known.length, paths.length, "path")} of ${times.length} bins through the first ${explained.length} PCs of ${F} factors, which hold ${explained.map((share) => `${shown(100 * share, 3)}%`).join(", ")} of the variance.`}
            {...{ paths: known, explained, choice, choose }}
            legend={
              <LineLegend
                lines={[
                  ...(averages
                    ? [
                        { name: `condition ${condition}`, stroke: colours[chosen.condition]!, strong: true },
                        { name: trialPath.name, stroke: trialPath.colour, dashed: true },
                      ]
                    : [{ name: trialPath.name, stroke: trialPath.colour, strong: true }]),
                ]}
              />
            }
          />
        )}
        {ofFactor && (
          <ConditionLines
            title={`Factor ${chosen.factor + 1}, averages of the conditions`}
            of={[dataset, chosen.factor]}
            times={times}
            label="Factor (a.u.)"
            names={conditions}
            values={ofFactor}
            chosen={chosen.condition}
            height={360}
            alt={`Factor ${chosen.factor + 1} averaged in ${conditions.length} conditions, between ${extentOf(
              ...ofFactor,
            )
              .map((v) => shown(v, 3))
              .join(" and ")}; chosen: ${condition}.`}
          />
        )}
      </div>
      <AllFactors {...{ detail, dataset, chosen }} />
    </>
  );
}
