import { useSyncExternalStore } from "react";

export type Scheme = "light" | "dark";

const STORED = "hansa.scheme";
const dark = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

/** Light or dark: as was chosen here, else as the device has it. */
export function scheme(): Scheme {
  const stored = localStorage.getItem(STORED);
  return stored === "light" || stored === "dark" ? stored : dark.matches ? "dark" : "light";
}

function put() {
  document.documentElement.dataset.mantineColorScheme = scheme();
  for (const listener of listeners) listener();
}

export function chooseScheme(next: Scheme) {
  localStorage.setItem(STORED, next);
  put();
}

export function onScheme(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export const useScheme = () => useSyncExternalStore(onScheme, scheme);

dark.addEventListener("change", put);
put();
