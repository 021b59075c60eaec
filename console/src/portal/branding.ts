import { queryOptions, useQuery } from "@tanstack/react-query";
import { api } from "~/api/client.ts";
import type { Branding } from "~/api/schema.gen.ts";
import { isColor, shadesOf } from "~/theme/colour.ts";

const KEPT = "hansa.branding";
const JADE = "#0f766e";

/** How the platform presented itself the last time, so that nothing changes under the eyes of who comes again. */
function kept(): Branding {
  try {
    return (JSON.parse(localStorage.getItem(KEPT) ?? "{}") ?? {}) as Branding;
  } catch {
    return {};
  }
}

/** Puts the platform's colour and name where styles and titles look for them. */
export function present({ name, color }: Branding) {
  const root = document.documentElement;
  const shades = color && isColor(color) ? shadesOf(color) : undefined;
  const variables = {
    "--own": shades?.fill,
    "--own-deep": shades?.deep,
    "--own-fill-dark": shades?.fillDark,
    "--own-deep-dark": shades?.deepDark,
    "--own-light": shades?.light,
    "--own-dark": shades?.dark,
    "--own-tint-light": shades?.tintLight,
    "--own-tint-dark": shades?.tintDark,
    "--mantine-primary-color-filled": shades && "var(--fill)",
  };
  for (const [variable, value] of Object.entries(variables))
    if (value) root.style.setProperty(variable, value);
    else root.style.removeProperty(variable);
  document.querySelector('meta[name="theme-color"]')?.setAttribute("content", shades?.fill ?? JADE);
  const before = root.dataset.site ?? "Hansa";
  root.dataset.site = name ?? "Hansa";
  if (document.title.endsWith(before)) document.title = document.title.slice(0, -before.length) + root.dataset.site;
}

const branding = queryOptions({
  queryKey: ["branding"],
  staleTime: 5 * 60_000,
  queryFn: async ({ signal }): Promise<Branding> => {
    const { data, error } = await api.GET("/v1/branding", { signal });
    if (!data) throw error;
    localStorage.setItem(KEPT, JSON.stringify(data));
    present(data);
    return data;
  },
});

/** How the platform presents itself; until that is read, as it was the last time. */
export const useBranding = (): Branding => useQuery(branding).data ?? kept();

/** An address that a browser can do something with, where the word on how the platform is reached is one. */
export function reachOf(contact: string): string | undefined {
  const said = contact.trim();
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(said)) return `mailto:${said}`;
  if (/^\+?[\d\s()-]{5,30}$/.test(said)) return `tel:${said.replaceAll(/[\s()-]/g, "")}`;
  return /^https:\/\/\S+$/.test(said) ? said : undefined;
}

present(kept());
