/** Points in three dimensions, turned and seen from afar: parallel projection. */

export interface Turn {
  /** Degrees about the third axis. */
  readonly azimuth: number;
  /** Degrees above the plane of the first two axes. */
  readonly elevation: number;
}

/** `azimuth,elevation` in whole degrees. */
export function parseTurn(text: string | undefined): Turn {
  const [azimuth = Number.NaN, elevation = Number.NaN] = (text ?? "").split(",").map(Number);
  return Number.isFinite(azimuth) && Number.isFinite(elevation)
    ? turned({ azimuth, elevation }, 0, 0)
    : { azimuth: 35, elevation: 40 };
}

export const formatTurn = ({ azimuth, elevation }: Turn): string => `${azimuth},${elevation}`;

/** Turned on by degrees; the azimuth stays within ±180, the elevation within ±90. */
export function turned({ azimuth, elevation }: Turn, byAzimuth: number, byElevation: number): Turn {
  const around = Math.round(azimuth + byAzimuth);
  return {
    azimuth: ((((around + 180) % 360) + 360) % 360) - 180,
    elevation: Math.max(-90, Math.min(90, Math.round(elevation + byElevation))),
  };
}

/** Of a point: to the right, up, and towards who looks. */
export function rotate({ azimuth, elevation }: Turn, [x, y, z]: readonly number[]): [number, number, number] {
  const [a, e] = [(azimuth * Math.PI) / 180, (elevation * Math.PI) / 180];
  const right = Math.cos(a) * x! + Math.sin(a) * y!;
  const away = -Math.sin(a) * x! + Math.cos(a) * y!;
  const up = z ?? 0;
  return [right, Math.cos(e) * up + Math.sin(e) * away, Math.sin(e) * up - Math.cos(e) * away];
}
