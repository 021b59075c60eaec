export type Place = { line: number; column: number };
/** Where something is seen in a field, in pixels from the upper left corner of what is around it. */
export type Spot = { top: number; left: number };

/** Where a mistake is, by the line and column that its text begins with or names. */
export function place(problem: string): Place | undefined {
  const found = /(?:line\s+|^|:)(\d+)(?::|,\s*column\s+)(\d+)/.exec(problem);
  return found ? { line: Number(found[1]), column: Number(found[2]) } : undefined;
}

/** How many letters stand before a line and column. */
export const offset = (source: string, { line, column }: Place) =>
  source
    .split("\n")
    .slice(0, line - 1)
    .reduce((sum, text) => sum + text.length + 1, 0) +
  column -
  1;

/** Lines are as high as the style sheet says; how wide a line is, with Chinese in it, a canvas measures. */
export function spot(field: HTMLTextAreaElement, at: number): Spot {
  const before = field.value.slice(0, at).split("\n");
  const style = getComputedStyle(field);
  const canvas = document.createElement("canvas").getContext("2d");
  if (canvas) canvas.font = style.font;
  const wide = canvas?.measureText(before.at(-1)!).width ?? 0;
  return {
    top: Number.parseFloat(style.paddingTop) + (before.length - 1) * Number.parseFloat(style.lineHeight) - field.scrollTop,
    left: Math.max(0, field.offsetLeft + Number.parseFloat(style.paddingLeft) + wide - field.scrollLeft),
  };
}
