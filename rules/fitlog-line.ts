/** One line of fitlog.csv, label and value interleaved, as the original writes it; `sv` only with sample validation. */
import type { EpochReport } from "#lib/engine/trainer-state.js";

export function fitlogLine({ epoch, step, total, recon, kl, l2, klWeight, l2Weight, heldOut }: EpochReport): string {
  const two = (value: number) => value.toFixed(2);
  const pair = (label: string, [train, valid]: readonly [number, number]) => `${label},${two(train)},${two(valid)}`;
  return (
    `epoch,${epoch}, step,${step}, ${pair("total", total)},       ${pair("recon", recon)}, ${pair("kl", kl)}, ` +
    `l2,${l2.toFixed(5)},       klweight,${two(klWeight)}, l2weight,${two(l2Weight)}` +
    (heldOut === null ? "" : `, sv,${heldOut.toFixed(5)}`)
  );
}
