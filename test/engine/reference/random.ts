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

/** Calls `visit` with an element's index, its place in its group of 16, and the four words of its counter. */
function forEachElement(draw: Draw, visit: (at: number, place: number, words: Uint32Array) => void): void {
  const { bins, rows, n, firstRow, rowStride, firstStep, stepStride, purpose, seed } = draw;
  const groups = Math.ceil(n / 16);
  const words = new Uint32Array(4);
  for (let t = 0; t < bins; t++) {
    for (let r = 0; r < rows; r++) {
      for (let i = 0; i < n; i++) {
        const counter = 4 * (t * groups + Math.floor(i / 16)) + (i % 4);
        philox4x32(counter, firstRow + r * rowStride, firstStep + r * stepStride, purpose, seed, 0, words);
        visit((t * rows + r) * n + i, i % 16, words);
      }
    }
  }
}

/** `scale` with probability `keepProb`, else 0. */
export function dropoutMask(draw: Draw, keepProb: number): Float64Array {
  const out = new Float64Array(draw.bins * draw.rows * draw.n);
  const limit = Math.floor(keepProb * 2 ** 32);
  forEachElement(draw, (at, place, words) => {
    out[at] = words[place >> 2]! < limit ? Math.fround(1 / keepProb) : 0;
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
