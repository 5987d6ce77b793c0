// Dropout masks and normals from Philox4x32-10, by lib/random/philox.ts. Both are [bins][rows][n], n a multiple of 4.
import { philox4x32 } from "#lib/random/philox.js";

export interface Draw {
  readonly bins: number;
  readonly rows: number;
  readonly n: number;
  readonly firstRow: number;
  readonly rowStride: number;
  readonly firstStep: number;
  readonly stepStride: number;
  readonly purpose: number;
  readonly seed: number;
}

/** The top bit that tells the engine's numbers from those of a `RandomStream`. */
const ENGINE = 0x80000000;

export interface MaskDraw {
  readonly bins: number;
  readonly n: number;
  readonly rowKeys: readonly number[];
  readonly step: number;
  readonly purpose: number;
  readonly seed: number;
}

/** Calls `visit` with an element's index, its place in its group of 16, and the four words of its counter. */
function forEachElement(draw: Draw, visit: (at: number, place: number, words: Uint32Array) => void): void {
  const { bins, rows, n, firstRow, rowStride, firstStep, stepStride, purpose, seed } = draw;
  const groups = Math.ceil(n / 16);
  const words = new Uint32Array(4);
  for (let t = 0; t < bins; t++) {
    for (let r = 0; r < rows; r++) {
      for (let i = 0; i < n; i++) {
        const counter = 4 * (t * groups + Math.floor(i / 16)) + (i % 4);
        philox4x32(counter, firstRow + r * rowStride, firstStep + r * stepStride, purpose | ENGINE, seed, 0, words);
        visit((t * rows + r) * n + i, i % 16, words);
      }
    }
  }
}

/** The reciprocal of `keepProb`, rounded to a multiple of 2⁻¹⁶, with that probability, else 0. */
export function dropoutMask({ bins, n, rowKeys, step, purpose, seed }: MaskDraw, keepProb: number): Float64Array {
  const rows = rowKeys.length;
  const out = new Float64Array(bins * rows * n);
  const probability = Math.max(Math.round(keepProb * 65536), 1) / 65536;
  const words = new Uint32Array(4);
  rowKeys.forEach((key, r) => {
    for (let e = 0; e < bins * n; e++) {
      philox4x32(4 * Math.floor(e / 32) + (Math.floor(e / 2) % 4), key, step, purpose | ENGINE, seed, 0, words);
      const word = words[Math.floor(e / 8) % 4]!;
      const half = e % 2 === 0 ? word % 65536 : Math.floor(word / 65536);
      const [t, i] = [Math.floor(e / n), e % n];
      out[(t * rows + r) * n + i] = half / 65536 < probability ? Math.fround(1 / probability) : 0;
    }
  });
  return out;
}

/** Standard normals by Box and Muller. */
export function normals(draw: Draw): Float64Array {
  const out = new Float64Array(draw.bins * draw.rows * draw.n);
  const unit = (word: number) => (Math.floor(word / 512) + 0.5) / 2 ** 23;
  forEachElement(draw, (at, place, words) => {
    const pair = place >> 3;
    const radius = Math.sqrt(-2 * Math.log(unit(words[2 * pair]!)));
    const angle = 2 * Math.PI * unit(words[2 * pair + 1]!);
    out[at] = radius * (place & 4 ? Math.sin(angle) : Math.cos(angle));
  });
  return out;
}
