/** A figure: a title, a legend, a picture drawn to the width there is, and what it shows in words. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Theme } from "./colours.js";
import { useTheme } from "./theme.js";

/** In pixels; narrower figures are scaled down. */
const LEAST_WIDTH = 180;

interface FigureProps {
  readonly title: string;
  /** A sentence with the essential numbers, for who does not see the picture. */
  readonly alt: string;
  /** The picture is drawn again when one of these is another. */
  readonly of: readonly unknown[];
  readonly draw: (width: number, theme: Theme) => Element;
  readonly legend?: ComponentChildren;
  readonly note?: ComponentChildren;
  readonly keys?: FigureKeys;
  readonly class?: string;
}

/** The picture takes keys. */
export interface FigureKeys {
  /** What they do. */
  readonly about: string;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  /** What they have found, told as it changes. */
  readonly told: string;
}

export function Figure({ title, alt, of, draw, legend, note, keys, class: extra = "" }: FigureProps) {
  const theme = useTheme();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  useLayoutEffect(() => {
    if (width === 0) return;
    const picture = draw(Math.max(width, LEAST_WIDTH), theme);
    picture.setAttribute("role", "img");
    picture.setAttribute("aria-label", alt);
    box.current!.replaceChildren(picture);
  }, [width, theme, alt, ...of]);
  return (
    <figure class={`figure ${extra}`}>
      <figcaption>
        <span class="figure-title">{title}</span>
        {legend}
      </figcaption>
      {keys ? (
        // biome-ignore lint/a11y/useSemanticElements: what keys go about in has the role of a control with a picture in it
        <div
          role="group"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes keys
          tabIndex={0}
          class="picture"
          ref={box}
          aria-label={`${title}; ${keys.about}`}
          onKeyDown={keys.onKeyDown}
        />
      ) : (
        <div class="picture" ref={box} />
      )}
      {keys && (
        <p class="note told" aria-live="polite">
          {keys.told}
        </p>
      )}
      {note && <p class="note">{note}</p>}
    </figure>
  );
}

/** Of an element, in whole pixels; 0 until it is laid out. */
export function useWidth(of: { readonly current: Element | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const read = () => setWidth(Math.floor(of.current!.getBoundingClientRect().width));
    read();
    const observer = new ResizeObserver(read);
    observer.observe(of.current!);
    return () => observer.disconnect();
  }, [of]);
  return width;
}
