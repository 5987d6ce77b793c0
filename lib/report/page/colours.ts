/** Colours of numbers and of conditions, in both themes; told apart also by those who see no red or no green. */

export type Theme = "light" | "dark";
/** From [0, 1] to a CSS colour. */
export type Ramp = (share: number) => string;

type Stops = readonly (readonly [number, number, number])[];

/** Zero has the colour of the paper, so that silence is empty. */
const counts: Record<Theme, Stops> = {
  light: stops("ffffff", "c9ced6", "7c8694", "3b4350", "12161c"),
  dark: stops("171c23", "39424f", "6f7b8c", "b3bdca", "f4f6f9"),
};
const rates: Record<Theme, Stops> = {
  light: stops("ffffff", "cfe3f3", "84b9e0", "3580bd", "12508a", "0a2a4e"),
  dark: stops("171c23", "1b3f60", "22679f", "4a9ad4", "95cbf1", "eaf6ff"),
};
/** Around zero. */
const signed: Record<Theme, Stops> = {
  light: stops("8f3300", "d4672a", "f3b48f", "ffffff", "9cc6e6", "3580bd", "0a3a6b"),
  dark: stops("ffb182", "d2703a", "7a3f22", "171c23", "1f4d77", "3f8fcd", "a3d6f7"),
};
const conditions: Record<Theme, Stops> = {
  light: stops("2b3a8c", "1f6fb0", "1f9a94", "7aa33a", "d09a1f", "c75b1c", "962355"),
  dark: stops("8497f0", "5cb0ee", "4fcdc2", "a5d160", "f0c453", "f59057", "ee80ad"),
};
const few: Record<Theme, readonly string[]> = {
  light: ["#0072b2", "#d55e00", "#009e73", "#b5568f", "#a8810a", "#4a5563"],
  dark: ["#5ab4f0", "#ff9b54", "#3fcf9f", "#f095c9", "#ecc94b", "#b8c2cf"],
};

export const countRamp = (theme: Theme): Ramp => ramp(counts[theme]);
export const rateRamp = (theme: Theme): Ramp => ramp(rates[theme]);
export const signedRamp = (theme: Theme): Ramp => ramp(signed[theme]);

/** Colours for things of one kind: clearly different ones for a few, a sequence for many. */
export function seriesColours(count: number, theme: Theme): string[] {
  if (count <= few[theme].length) return few[theme].slice(0, count);
  const colour = ramp(conditions[theme]);
  return Array.from({ length: count }, (_, i) => colour(i / (count - 1)));
}

/** As CSS has it, for a legend. */
export function gradientOf(colour: Ramp): string {
  const steps = Array.from({ length: 13 }, (_, i) => colour(i / 12));
  return `linear-gradient(to right, ${steps.join(", ")})`;
}

function ramp(colours: Stops): Ramp {
  return (share) => {
    const place = Math.min(1, Math.max(0, share)) * (colours.length - 1);
    const low = Math.min(colours.length - 2, Math.floor(place));
    const mixed = [0, 1, 2].map((i) => {
      const [from, to] = [colours[low]![i]!, colours[low + 1]![i]!];
      return Math.round(from + (to - from) * (place - low));
    });
    return `rgb(${mixed.join(",")})`;
  };
}

function stops(...hex: readonly string[]): Stops {
  return hex.map((each) => {
    const code = Number.parseInt(each, 16);
    return [code >> 16, (code >> 8) & 255, code & 255];
  });
}
