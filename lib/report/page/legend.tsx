import { gradientOf, type Ramp } from "./colours.js";
import { useTheme } from "./theme.js";

/** What a line of a figure means. */
export interface LineKey {
  readonly name: string;
  /** A CSS colour. */
  readonly stroke: string;
  readonly dashed?: boolean;
  readonly strong?: boolean;
}

export function LineLegend({ lines }: { readonly lines: readonly LineKey[] }) {
  return (
    <span class="legend">
      {lines.map(({ name, stroke, dashed, strong }) => (
        <span class="key" key={name}>
          <svg width="22" height="8" aria-hidden="true">
            <line
              x1="1"
              x2="21"
              y1="4"
              y2="4"
              style={{ stroke }}
              stroke-width={strong ? 3 : 2}
              stroke-dasharray={dashed ? "4 3" : undefined}
            />
          </svg>
          {name}
        </span>
      ))}
    </span>
  );
}

/** What the colours of a heat map mean. */
export function RampLegend({ ramp, low, high, unit }: RampLegendProps) {
  const colour = ramp(useTheme());
  return (
    <span class="legend">
      <span class="key">
        {low}
        <span class="ramp" style={{ backgroundImage: gradientOf(colour) }} />
        {high} {unit}
      </span>
    </span>
  );
}

interface RampLegendProps {
  readonly ramp: (theme: "light" | "dark") => Ramp;
  readonly low: string;
  readonly high: string;
  readonly unit: string;
}
