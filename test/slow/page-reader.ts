/** What a page of a report draws, put back into numbers: coordinates through the figure's own scales, pixels as colours. */
import type { Page } from "playwright-core";

interface Place {
  /** Of the section. */
  readonly view: string;
  /** Of the figure. */
  readonly title: string;
}

type Drawn = SVGSVGElement & { scale(name: string): { invert(at: number): number } | undefined };

/** Each path of the figure with this name, as `[x, y]` in the axes' units. */
export async function linesOf(page: Page, place: Place, name: string): Promise<[number, number][][]> {
  return page.evaluate(
    ([view, title, name]) => {
      const figure = [...document.querySelectorAll(`#${view} figure`)].find(
        (each) => each.querySelector(".figure-title")!.textContent === title,
      );
      const svg = figure!.querySelector<Drawn>("svg[role=img]")!;
      const [x, y] = [svg.scale("x")!, svg.scale("y")!];
      return [...svg.querySelectorAll("path[aria-label]")]
        .filter((path) => path.getAttribute("aria-label") === name)
        .map((path) =>
          [...path.getAttribute("d")!.matchAll(/[ML](-?[\d.e-]+),(-?[\d.e-]+)/g)].map(
            ([, px, py]): [number, number] => [x.invert(Number(px)), y.invert(Number(py))],
          ),
        );
    },
    [place.view, place.title, name] as const,
  );
}

/** Colours of the heat map with this title, row by row from the top, as `rgb(r,g,b)`. */
export async function pixelsOf(page: Page, place: Place): Promise<string[][]> {
  return page.evaluate(
    async ([view, title]) => {
      const figure = [...document.querySelectorAll(`#${view} figure`)].find(
        (each) => each.querySelector(".figure-title")!.textContent === title,
      );
      const image = new Image();
      image.src = figure!.querySelector("image")!.getAttribute("href")!;
      await image.decode();
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.width, image.height];
      const context = canvas.getContext("2d")!;
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, image.width, image.height);
      return Array.from({ length: image.height }, (_, row) =>
        Array.from({ length: image.width }, (_, column) => {
          const at = 4 * (row * image.width + column);
          return `rgb(${data[at]},${data[at + 1]},${data[at + 2]})`;
        }),
      );
    },
    [place.view, place.title] as const,
  );
}

/** Paths of a picture that can be turned, by name, as `[x, y]` in pixels. */
export async function turnedPaths(page: Page, view: string): Promise<Record<string, [number, number][]>> {
  return page.evaluate(
    (view) =>
      Object.fromEntries(
        [...document.querySelectorAll(`#${view} .turntable g[data-name]`)].map((group) => [
          group.getAttribute("data-name")!,
          [
            ...group
              .querySelector("path:last-of-type")!
              .getAttribute("d")!
              .matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g),
          ].map(([, x, y]): [number, number] => [Number(x), Number(y)]),
        ]),
      ),
    view,
  );
}

/** Dots of the figure that have a name, and their heights in the axis' units. */
export async function dotsOf(page: Page, place: Place): Promise<[string, number][]> {
  return page.evaluate(
    ([view, title]) => {
      const figure = [...document.querySelectorAll(`#${view} figure`)].find(
        (each) => each.querySelector(".figure-title")!.textContent === title,
      );
      const svg = figure!.querySelector<Drawn>("svg[role=img]")!;
      return [...svg.querySelectorAll("circle[aria-label]")].map((dot): [string, number] => [
        dot.getAttribute("aria-label")!,
        svg.scale("y")!.invert(Number(dot.getAttribute("cy"))),
      ]);
    },
    [place.view, place.title] as const,
  );
}

export const titlesOf = (page: Page, view: string): Promise<string[]> =>
  page.locator(`#${view} .figure-title`).allTextContents();
