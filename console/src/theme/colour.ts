/** What white text must stand out by (WCAG 2.2, 1.4.3); the server refuses a colour on which it does not. */
export const CONTRAST_MIN = 4.5;

type Channels = [number, number, number];

/** `#rrggbb` as three numbers, or nothing where it is no colour. */
function channels(color: string): Channels | undefined {
  const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color);
  return found ? (found.slice(1).map((pair) => Number.parseInt(pair, 16)) as Channels) : undefined;
}

export const isColor = (text: string) => channels(text) !== undefined;

function luminance(color: string): number {
  const [red, green, blue] = (channels(color) ?? [0, 0, 0]).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Channels;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** How much two colours stand out from each other, from 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

/** A colour with a share of another. */
function mix(color: string, other: string, share: number): string {
  const [own, its] = [channels(color)!, channels(other)!];
  return `#${own
    .map((channel, n) =>
      Math.round(channel + (its[n]! - channel) * share)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

/** The colour, moved towards another one until it can be read on each of the grounds. */
function readable(color: string, grounds: string[], towards: string): string {
  for (let share = 0; share < 1; share += 0.04) {
    const moved = mix(color, towards, share);
    if (grounds.every((ground) => contrast(moved, ground) >= CONTRAST_MIN)) return moved;
  }
  return towards;
}

const LIGHT = ["#ffffff", "#f6f7f9", "#eef0f3"];
const DARK = ["#15181c", "#1b1e23", "#20242a"];

/** How much a filled button is to stand out from a dark ground, as far as the white text on it allows. */
const SEEN_MIN = 2;

/** The colour, lifted until it is seen on a dark ground. */
function lifted(color: string): string {
  let seen = color;
  for (let share = 0; contrast(seen, DARK[1]!) < SEEN_MIN; share += 0.04) {
    const next = mix(color, "#ffffff", share);
    if (contrast(next, "#ffffff") < CONTRAST_MIN) break;
    seen = next;
  }
  return seen;
}

/** What a platform's colour is used as: to fill, to fill under the pointer, and to write with, by light and by dark, each with a tint behind it. */
export function shadesOf(color: string) {
  const [tintLight, tintDark] = [mix("#ffffff", color, 0.1), mix(DARK[1]!, color, 0.22)];
  const fillDark = lifted(color);
  return {
    fill: color,
    deep: mix(color, "#000000", 0.2),
    fillDark,
    deepDark: mix(fillDark, "#000000", 0.2),
    light: readable(color, [...LIGHT, tintLight], "#000000"),
    dark: readable(color, [...DARK, tintDark], "#ffffff"),
    tintLight,
    tintDark,
  };
}
