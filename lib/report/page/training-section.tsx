import type { CostCurves } from "#lib/report/report-data.js";
import type { Compared } from "./compared.js";
import { CostPlot, type Curve } from "./cost-plot.js";
import { LineLegend } from "./legend.js";
import { numbersOf } from "./matrix.js";

type CurveName = Exclude<keyof CostCurves, "epochs" | "lveEpoch">;

interface TrainingSectionProps {
  readonly cost: CostCurves;
  readonly compared: Compared | undefined;
}

export function TrainingSection({ cost, compared }: TrainingSectionProps) {
  const other = compared?.run.cost && { name: compared.name, cost: compared.run.cost };
  const epoch = numbersOf(cost.epoch);
  const curve = (name: string, of: CurveName, stroke = "var(--ink-2)"): Curve[] =>
    cost[of]
      ? [{ name, stroke, values: numbersOf(cost[of]), other: other?.cost[of] && numbersOf(other.cost[of]) }]
      : [];
  const pair = (train: CurveName, valid: CurveName) => [
    ...curve("training", train, "var(--blue)"),
    ...curve("validation", valid, "var(--orange)"),
  ];
  const total = pair("trainTotal", "validTotal");
  const panel = { cost, epoch, other };
  return (
    <>
      <LineLegend
        lines={[
          ...total,
          ...(cost.lveEpoch === null
            ? []
            : [{ name: `lowest validation cost (LVE), epoch ${cost.lveEpoch}`, stroke: "var(--ink-3)", dashed: true }]),
          ...(other ? [{ name: other.name, stroke: "var(--ink)", dashed: true }] : []),
        ]}
      />
      {compared && !other && <p class="note">This page has no costs of {compared.name}.</p>}
      {epoch.length < cost.epochs && (
        <p class="note">
          {epoch.length} of {cost.epochs} epochs are drawn.
        </p>
      )}
      <div class="grid small">
        <CostPlot {...panel} title="Total cost" unit="Nats a trial" curves={total} settled />
        <CostPlot
          {...panel}
          title="Reconstruction"
          unit="Nats a trial"
          curves={pair("trainRecon", "validRecon")}
          settled
        />
        <CostPlot {...panel} title="KL divergence" unit="Nats a trial" curves={pair("trainKl", "validKl")} settled />
        <CostPlot {...panel} title="L2 cost" unit="Cost" curves={curve("L2", "l2")} />
        <CostPlot
          {...panel}
          title="Weights of KL and L2"
          unit="Weight"
          curves={[...curve("KL", "klWeight", "var(--green)"), ...curve("L2", "l2Weight", "var(--purple)")]}
          ownLegend
        />
        {cost.learningRate && (
          <CostPlot
            {...panel}
            title="Learning rate"
            unit="Learning rate"
            curves={curve("learning rate", "learningRate")}
            log
          />
        )}
        {cost.gradientNorm && (
          <CostPlot {...panel} title="Norm of the gradient" unit="Norm" curves={curve("norm", "gradientNorm")} log />
        )}
        {cost.svNll && (
          <CostPlot
            {...panel}
            title="Sample validation"
            unit="Nats a held-out count"
            curves={curve("held-out counts", "svNll")}
            settled
          />
        )}
      </div>
    </>
  );
}
