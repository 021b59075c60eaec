import { expect, test } from "vitest";
import { contrast, CONTRAST_MIN, isColor, shadesOf } from "./colour.ts";

test("contrast is the WCAG's: its own greys, and black on white", () => {
  const rounded = (color: string) => Math.round(contrast(color, "#ffffff") * 100) / 100;
  expect([rounded("#767676"), rounded("#777777"), rounded("#000000"), rounded("#ffffff")]).toEqual([4.54, 4.48, 21, 1]);
  expect([isColor("#0B5CAD"), isColor("0b5cad"), isColor("#0b5ca"), isColor("#12345g")]).toEqual([true, false, false, false]);
});

test("whatever colour carries white text can be written with as well, by light and by dark, also on its own tint", () => {
  for (const color of ["#0b5cad", "#767676", "#000000", "#b42318", "#5546b8", "#7a4b00", "#0000ff"]) {
    const { deep, fillDark, light, dark, tintLight, tintDark } = shadesOf(color);
    expect(contrast(fillDark, "#1b1e23"), `${color}: ${fillDark} is seen by dark`).toBeGreaterThanOrEqual(2);
    for (const [text, ground] of [
      [light, "#ffffff"],
      [light, "#f6f7f9"],
      [light, tintLight],
      [dark, "#1b1e23"],
      [dark, "#20242a"],
      [dark, tintDark],
      ["#ffffff", deep],
      ["#ffffff", fillDark],
    ] as const)
      expect(contrast(text, ground), `${color}: ${text} on ${ground}`).toBeGreaterThanOrEqual(CONTRAST_MIN);
  }
  expect(shadesOf("#0b5cad")).toMatchObject({ light: "#0b5cad", fillDark: "#0b5cad" });
});
