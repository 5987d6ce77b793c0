/** `text` in at most `width` characters, cut at the end with an ellipsis. */
export function truncateEnd(text: string, width: number): string {
  if (text.length <= width) return text;
  return width < 1 ? "" : `${text.slice(0, width - 1)}…`;
}

/** Cut in the middle: of a label the collection and the `<spec>:<rule>` stay readable. */
export function truncateMiddle(text: string, width: number): string {
  if (text.length <= width) return text;
  if (width < 5) return truncateEnd(text, width);
  const head = Math.floor((width - 1) / 3);
  return `${text.slice(0, head)}…${text.slice(text.length - (width - 1 - head))}`;
}
