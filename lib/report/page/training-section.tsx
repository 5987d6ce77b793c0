import type { CostCurves } from "#lib/report/report-data.js";
import { CostPlot, type Curve } from "./cost-plot.js";
import { LineLegend } from "./legend.js";
import { numbersOf } from "./matrix.js";

export function TrainingSection({ cost }: { readonly cost: CostCurves }) {
  const epoch = numbersOf(cost.epoch);
  const pair = (train: CostCurves["trainKl"], valid: CostCurves["trainKl"]): Curve[] => [
    { name: "training", stroke: "var(--blue)", values: numbersOf(train) },
    { name: "validation", stroke: "var(--orange)", values: numbersOf(valid) },
  ];
  const one = (name: string, values: CostCurves["l2"]): Curve => ({
    name,
    stroke: "var(--ink-2)",
    values: numbersOf(values),
  });
  const ramps: Curve[] = [
    { ...one("KL", cost.klWeight), stroke: "var(--green)" },
    { ...one("L2", cost.l2Weight), stroke: "var(--purple)" },
  ];
  const panel = { cost, epoch };
  return (
    <>
      <LineLegend
        lines={[
          ...pair(cost.trainTotal, cost.validTotal),
          ...(cost.lveEpoch === null
            ? []
            : [{ name: `lowest validation cost (LVE), epoch ${cost.lveEpoch}`, stroke: "var(--ink-3)", dashed: true }]),
        ]}
      />
      {epoch.length < cost.epochs && (
        <p class="note">
          {epoch.length} of {cost.epochs} epochs are drawn.
        </p>
      )}
      <div class="grid small">
        <CostPlot
          {...panel}
          title="Total cost"
          unit="Nats a trial"
          curves={pair(cost.trainTotal, cost.validTotal)}
          settled
        />
        <CostPlot
          {...panel}
          title="Reconstruction"
          unit="Nats a trial"
          curves={pair(cost.trainRecon, cost.validRecon)}
          settled
        />
        <CostPlot
          {...panel}
          title="KL divergence"
          unit="Nats a trial"
          curves={pair(cost.trainKl, cost.validKl)}
          settled
        />
        <CostPlot {...panel} title="L2 cost" unit="Cost" curves={[one("L2", cost.l2)]} />
        <CostPlot {...panel} title="Weights of KL and L2" unit="Weight" curves={ramps} ownLegend />
        {cost.learningRate && (
          <CostPlot
            {...panel}
            title="Learning rate"
            unit="Learning rate"
            curves={[one("learning rate", cost.learningRate)]}
            log
          />
        )}
        {cost.gradientNorm && (
          <CostPlot {...panel} title="Norm of the gradient" unit="Norm" curves={[one("norm", cost.gradientNorm)]} log />
        )}
        {cost.svNll && (
          <CostPlot
            {...panel}
            title="Sample validation"
            unit="Nats a held-out count"
            curves={[one("held-out counts", cost.svNll)]}
            settled
          />
        )}
      </div>
    </>
  );
}
