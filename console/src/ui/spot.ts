/** Where something is seen in a field, in pixels from the upper left corner of what is around it. */
export type Spot = { top: number; left: number };

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
