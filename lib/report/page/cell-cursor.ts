/** The cell of a matrix that keys go to. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  Home: [0, Number.NEGATIVE_INFINITY],
  End: [0, Number.POSITIVE_INFINITY],
};

/** Where the key leads, within rows × columns: at first to `start`. Undefined for a key that leads nowhere. */
export function movedCell(
  cell: Cell | undefined,
  key: string,
  [rows, columns]: readonly [number, number],
  start: Cell,
): Cell | undefined {
  const step = steps[key];
  if (!step) return undefined;
  const [down, right] = cell ? step : [0, 0];
  const { row, column } = cell ?? start;
  const within = (value: number, length: number) => Math.min(length - 1, Math.max(0, value));
  return { row: within(row + down, rows), column: within(column + right, columns) };
}

/** Frames the cell in a picture whose scales `x` and `y` give its edges, instead of the one that was framed. */
export function frameCell(picture: Element, x: readonly [number, number], y: readonly [number, number]): void {
  unframe(picture);
  for (const name of ["cell-casing", "cell"]) {
    const frame = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    frame.setAttribute("class", name);
    frame.setAttribute("x", String(Math.min(...x)));
    frame.setAttribute("y", String(Math.min(...y)));
    frame.setAttribute("width", String(Math.abs(x[1] - x[0])));
    frame.setAttribute("height", String(Math.abs(y[1] - y[0])));
    picture.append(frame);
  }
}

export function unframe(picture: Element): void {
  for (const frame of picture.querySelectorAll(".cell, .cell-casing")) frame.remove();
}
