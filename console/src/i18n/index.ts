import i18next from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";
import type { Key } from "~/locales/keys.ts";

export const LANGUAGES = ["zh-CN", "zh-TW", "en"] as const;
export type Language = (typeof LANGUAGES)[number];
/** What each language calls itself. */
export const NAMES = { "zh-CN": "简体中文", "zh-TW": "繁體中文", en: "English" } as const;
export type { Key };
type Load = (language: Language) => Promise<Record<string, string>>;

const STORED = "hansa.language";
const loads: Load[] = [];

export const isLanguage = (tag: unknown): tag is Language => LANGUAGES.includes(tag as Language);

/** The language of a tag: Hong Kong and Macau read traditional characters, whoever writes another Chinese reads simplified ones. */
function nearest(tag: string): Language | undefined {
  const low = tag.toLowerCase();
  if (/^zh-(tw|hk|mo|hant)/.test(low)) return "zh-TW";
  if (low.startsWith("zh")) return "zh-CN";
  return low.startsWith("en") ? "en" : undefined;
}

export const chosen = (): Language | undefined => {
  const stored = localStorage.getItem(STORED);
  return isLanguage(stored) ? stored : undefined;
};

async function fill(language: Language, from: Load[]) {
  for (const texts of await Promise.all(from.map((load) => load(language)))) {
    i18next.addResourceBundle(language, "translation", texts, true);
  }
}

async function put(language: Language) {
  await fill(language, loads);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}

export async function choose(language: Language) {
  localStorage.setItem(STORED, language);
  await put(language);
}

/** The language of a sentence of the server's that may have been left in English; none where it has Chinese characters. */
export const languageOf = (sentence: string) => (/\p{Script=Han}/u.test(sentence) ? undefined : "en");

/** Told whenever another language comes into force. */
export const onLanguage = (does: () => void) => i18next.on("languageChanged", does);

/** What the person's account says counts until the person chooses here. */
export async function follow(profile: string | null | undefined) {
  if (!chosen() && isLanguage(profile) && profile !== i18next.language) await put(profile);
}

/** More texts, in the language in force and in each that comes into force from now on. */
export async function also(load: Load) {
  if (loads.includes(load)) return;
  await fill(i18next.language as Language, [load]);
  loads.push(load);
}

export async function start(load: Load) {
  loads.push(load);
  await i18next.use(initReactI18next).init({
    resources: {},
    lng: "en",
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  await put(chosen() ?? navigator.languages.map(nearest).find(Boolean) ?? "en");
}

export type Values = Record<string, string | number>;
export type Translate = (key: Key, values?: Values) => string;

/** The texts of the language in force; `label` is for names of an open set, where an unknown one is shown as it came. */
export function useT() {
  const { t: translate, i18n } = useTranslation();
  const t: Translate = (key, values) => translate(key as never, values as never) as unknown as string;
  const label = (prefix: string, name: string) =>
    i18n.exists(prefix + name) ? (translate((prefix + name) as never) as unknown as string) : name;
  return { t, label, language: i18n.language as Language };
}
