/** Paths through the first three PCs, to turn with the pointer or the arrow keys. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Choice, Choose } from "./choice.js";
import { useWidth } from "./figure.js";
import { shown } from "./format.js";
import { extentOf, type Matrix } from "./matrix.js";
import { formatTurn, parseTurn, rotate, type Turn, turned } from "./rotate-points.js";

export interface Trajectory {
  readonly name: string;
  readonly colour: string;
  /** T×P. */
  readonly points: Matrix;
  readonly isChosen?: boolean;
  readonly isDashed?: boolean;
}

interface TrajectoriesProps {
  readonly title: string;
  readonly alt: string;
  readonly paths: readonly Trajectory[];
  /** Parts of the variance, one a PC. */
  readonly explained: readonly number[];
  readonly choice: Choice;
  readonly choose: Choose;
  readonly legend?: ComponentChildren;
}

/** Where the pointer went down, and how the picture was turned then and is now. */
interface Drag {
  readonly x: number;
  readonly y: number;
  readonly from: Turn;
  to: Turn;
}

const DEGREES_A_PIXEL = 0.5;
const DEGREES_A_KEY = 5;
const keys: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-DEGREES_A_KEY, 0],
  ArrowRight: [DEGREES_A_KEY, 0],
  ArrowUp: [0, DEGREES_A_KEY],
  ArrowDown: [0, -DEGREES_A_KEY],
};

export function Trajectories({ title, alt, paths, explained, choice, choose, legend }: TrajectoriesProps) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const height = Math.min(440, Math.max(260, width * 0.62));
  const [turn, setTurn] = useTurn(choice);
  // Keys may come faster than pictures.
  const latest = useRef(turn);
  latest.current = turn;
  const drag = useRef<Drag | null>(null);
  const { middle, radius } = boundsOf(paths);
  const scale = (Math.min(width, height) / 2 - 16) / radius;
  const place = (point: readonly number[]) => {
    const from = point.map((value, axis) => value - middle[axis]!);
    const [right, up, near] = rotate(turn, from);
    return { x: width / 2 + scale * right, y: height / 2 - scale * up, near };
  };
  const chosen = paths.filter(({ isChosen }) => isChosen).length;
  const drawn = paths
    .map((path) => ({ path, ...outline(path.points, place) }))
    .sort((a, b) => Number(a.path.isChosen ?? false) - Number(b.path.isChosen ?? false) || a.near - b.near);
  return (
    <figure class="figure">
      <figcaption>
        <span class="figure-title">{title}</span>
        {legend}
      </figcaption>
      <div class="picture" ref={box}>
        {width > 0 && (
          // biome-ignore lint/a11y/useSemanticElements: what is turned by keys has the role of a control with a picture in it
          <div
            role="group"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys turn it
            tabIndex={0}
            class="turntable"
            aria-label={`${title}; arrow keys turn it`}
            onKeyDown={(event) => {
              const by = keys[event.key];
              if (!by) return;
              event.preventDefault();
              latest.current = turned(latest.current, ...by);
              choose({ turn: formatTurn(latest.current) });
            }}
            onPointerDown={(event) => {
              event.currentTarget.setPointerCapture(event.pointerId);
              drag.current = { x: event.clientX, y: event.clientY, from: turn, to: turn };
            }}
            onPointerMove={(event) => {
              const held = drag.current;
              if (!held) return;
              const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
              held.to = turned(held.from, dx * DEGREES_A_PIXEL, dy * DEGREES_A_PIXEL);
              setTurn(held.to);
            }}
            onPointerUp={() => {
              if (drag.current) choose({ turn: formatTurn(drag.current.to) });
              drag.current = null;
            }}
            onPointerCancel={() => {
              drag.current = null;
            }}
          >
            <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={alt}>
              {drawn.map(({ path, d, start }) => (
                <g key={path.name} data-name={path.name}>
                  {path.isChosen && chosen === 1 && <path d={d} class="casing" />}
                  <path
                    d={d}
                    fill="none"
                    stroke={path.colour}
                    stroke-width={path.isChosen ? (chosen === 1 ? 3 : 2.25) : 1.25}
                    stroke-opacity={path.isChosen || paths.length < 8 ? 1 : chosen === 1 ? 0.6 : 0.35}
                    stroke-dasharray={path.isDashed ? "5 4" : undefined}
                    stroke-linejoin="round"
                    stroke-linecap="round"
                  />
                  {start && <circle cx={start.x} cy={start.y} r={path.isChosen ? 4.5 : 2.2} fill={path.colour} />}
                </g>
              ))}
              <Axes turn={turn} count={explained.length} y={height - 44} />
            </svg>
          </div>
        )}
      </div>
      <p class="note">
        {explained.map((share, i) => `PC ${i + 1}: ${shown(100 * share, 3)}%`).join(", ")} of the factors' variance.
        Dots are where paths begin. Drag, or focus and use the arrow keys, to turn.
      </p>
    </figure>
  );
}

/** Follows the choice, but for a drag on its way. */
function useTurn({ turn }: Choice): [Turn, (turn: Turn) => void] {
  const [held, setHeld] = useState(() => parseTurn(turn));
  useLayoutEffect(() => setHeld(parseTurn(turn)), [turn]);
  return [held, setHeld];
}

/** Where the PCs point, in a corner. */
function Axes({ turn, count, y }: { readonly turn: Turn; readonly count: number; readonly y: number }) {
  const axes = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ].slice(0, count);
  return (
    <g class="axes" transform={`translate(48 ${y})`}>
      {axes.map((axis, i) => {
        const [right, up] = rotate(turn, axis);
        return (
          <g key={axis.join()}>
            <line x2={30 * right} y2={-30 * up} />
            <text x={40 * right} y={-40 * up + 4} text-anchor="middle">
              PC{i + 1}
            </text>
          </g>
        );
      })}
    </g>
  );
}

function outline(points: Matrix, place: (point: readonly number[]) => { x: number; y: number; near: number }) {
  const [T, P] = points.shape as [number, number];
  let d = "";
  let near = 0;
  let start: { x: number; y: number } | undefined;
  for (let t = 0; t < T; t++) {
    const point = place([...points.data.subarray(t * P, t * P + Math.min(3, P))]);
    if (!Number.isFinite(point.x)) continue;
    d += `${start ? "L" : "M"}${point.x.toFixed(2)},${point.y.toFixed(2)}`;
    near += point.near / T;
    start ??= point;
  }
  return { d, near, start };
}

/** The middle of all points and the greatest distance from it, so that no turn leaves the picture. */
function boundsOf(paths: readonly Trajectory[]): { middle: number[]; radius: number } {
  const points = paths.flatMap(({ points: { shape, data } }) => {
    const [T, P] = shape as [number, number];
    return Array.from({ length: T }, (_, t) => [...data.subarray(t * P, t * P + Math.min(3, P))]);
  });
  const known = points.filter((point) => point.every(Number.isFinite));
  const middle = (known[0] ?? []).map((_, axis) => {
    const [low, high] = extentOf(known.map((point) => point[axis]!));
    return (low + high) / 2;
  });
  const distances = known.map((point) => Math.hypot(...point.map((value, axis) => value - middle[axis]!)));
  return { middle, radius: extentOf(distances)[1] || 1 };
}
