import type { AlignmentDetail } from "#lib/report/report-data.js";
import type { Choice, Choose } from "./choice.js";
import { Chooser } from "./chooser.js";
import { Figure } from "./figure.js";
import { fixed, shown } from "./format.js";
import { LineLegend } from "./legend.js";
import { at, column, extentOf, matrixOf, numbersOf } from "./matrix.js";
import { curve, timePlot } from "./plot-parts.js";

const MOST_PCS = 3;

interface AlignmentSectionProps {
  readonly alignment: AlignmentDetail;
  readonly choice: Choice;
  readonly choose: Choose;
}

/** The PCs that the sessions share, and what each session's channels give of them by its read-in. */
export function AlignmentSection({ alignment, choice, choose }: AlignmentSectionProps) {
  const { conditions, datasets } = alignment;
  const times = numbersOf(alignment.timesMs);
  const explained = numbersOf(alignment.explained);
  const k = Math.max(0, conditions.indexOf(choice.condition ?? ""));
  const pcs = at(matrixOf(alignment.globalPcs), k);
  const lines = [
    { name: "PC of all sessions", stroke: "var(--ink-3)" },
    { name: "reconstructed from one session", stroke: "var(--blue)" },
  ];
  return (
    <>
      <div class="choosers">
        <Chooser
          label="Condition"
          value={conditions[k]!}
          options={conditions.map((name) => ({ value: name, text: name }))}
          onChoose={(condition) => choose({ condition })}
        />
        <LineLegend lines={lines} />
      </div>
      {explained.slice(0, MOST_PCS).map((share, p) => {
        const pc = column(pcs, p);
        const given = datasets.map(({ reconstruction }) => column(at(matrixOf(reconstruction), k), p));
        const domain = extentOf(pc, ...given);
        const ofVariance = `${shown(100 * share, 3)}% of the variance`;
        return (
          <div class="grid small" key={share}>
            {datasets.map(({ name, r2 }, d) => {
              const r2OfPc = fixed(numbersOf(r2)[p], 3);
              return (
                <Figure
                  key={name}
                  title={`PC ${p + 1} from ${name}`}
                  alt={`PC ${p + 1}, ${ofVariance}, in condition ${conditions[k]}: ${name} gives it with R² ${r2OfPc} over all conditions.`}
                  of={[alignment, k]}
                  legend={<span class="legend">R² {r2OfPc}</span>}
                  note={d === 0 ? ofVariance : undefined}
                  draw={(width) =>
                    timePlot(width, 170, {
                      y: { label: `PC ${p + 1} (a.u.)`, domain },
                      marks: [
                        curve(times, pc, { ...lines[0]!, strokeWidth: 4, strokeOpacity: 0.5 }),
                        curve(times, given[d]!, lines[1]!),
                      ],
                    })
                  }
                />
              );
            })}
          </div>
        );
      })}
    </>
  );
}
