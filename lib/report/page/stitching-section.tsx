import type { DatasetDetail, RunDetail } from "#lib/report/report-data.js";
import type { Choice, Choose } from "./choice.js";
import type { Chosen } from "./chosen.js";
import { seriesColours } from "./colours.js";
import { ConditionChooser } from "./data-choosers.js";
import { Figure } from "./figure.js";
import { shown } from "./format.js";
import { LineLegend } from "./legend.js";
import { at, column, extentOf, matrixOf, numbersOf } from "./matrix.js";
import { curve, readOut, timePlot } from "./plot-parts.js";
import { useTheme } from "./theme.js";
import { Trajectories } from "./trajectories.js";

interface StitchingSectionProps {
  readonly detail: RunDetail;
  readonly chosen: Chosen;
  readonly choice: Choice;
  readonly choose: Choose;
}

/** Sessions of a stitched run side by side: one condition's factors in each. */
export function StitchingSection({ detail, chosen, choice, choose }: StitchingSectionProps) {
  const { conditions } = detail;
  const sessions = detail.datasets.filter(({ averages }) => averages);
  const colours = seriesColours(sessions.length, useTheme());
  const keys = sessions.map(({ name }, i) => ({ name, stroke: colours[i]! }));
  const averages = (session: DatasetDetail) => session.averages!;
  const known = (session: DatasetDetail, k: number) => numbersOf(averages(session).nTrials)[k]! > 0;
  const condition = conditions[chosen.condition]!;
  const lines = sessions.map((session) =>
    column(at(matrixOf(averages(session).factors), chosen.condition), chosen.factor),
  );
  const times = sessions.map((session) => numbersOf(session.timesMs));
  const paths = sessions.flatMap((session, i) =>
    conditions.flatMap((name, k) =>
      known(session, k)
        ? [
            {
              name: `${session.name}, ${name}`,
              colour: colours[i]!,
              points: at(matrixOf(averages(session).factorsPca), k),
              isChosen: k === chosen.condition,
            },
          ]
        : [],
    ),
  );
  const explained = numbersOf(detail.pca.explained);
  const trials = conditions.map((_, k) =>
    sessions.reduce((sum, session) => sum + numbersOf(averages(session).nTrials)[k]!, 0),
  );
  return (
    <>
      <div class="choosers">
        <ConditionChooser names={conditions} index={chosen.condition} trials={trials} choose={choose} />
        <LineLegend lines={keys} />
      </div>
      <div class="grid large">
        {explained.length > 1 && (
          <Trajectories
            title="Trajectories of all sessions"
            alt={`Condition averages of ${sessions.length} sessions (${sessions.map(({ name }) => name).join(", ")}) through the PCs that they share: ${paths.length} paths; condition ${condition} is on top.`}
            {...{ paths, explained, choice, choose }}
          />
        )}
        <Figure
          title={`Factor ${chosen.factor + 1} in condition ${condition}, all sessions`}
          alt={`Factor ${chosen.factor + 1} averaged in condition ${condition}: ${sessions
            .map(
              ({ name }, i) =>
                `between ${extentOf(lines[i]!)
                  .map((v) => shown(v, 3))
                  .join(" and ")} in ${name}`,
            )
            .join(", ")}.`}
          of={[detail, chosen.condition, chosen.factor]}
          draw={(width) =>
            timePlot(width, 360, {
              y: { label: "Factor (a.u.)" },
              marks: [
                ...lines.map((values, i) => curve(times[i]!, values, keys[i]!)),
                ...readOut(times[0]!, lines[0]!, (t) =>
                  [`${shown(times[0]![t])} ms`, ...keys.map(({ name }, i) => `${name} ${shown(lines[i]![t], 3)}`)].join(
                    "\n",
                  ),
                ),
              ],
            })
          }
        />
      </div>
    </>
  );
}
