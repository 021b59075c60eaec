// The gate of texts: every language has the same keys and the same placeholders, every key is used, every key that the code asks for is there, and
// every problem code, role and kind of fact that the server knows has its text.
import { readdirSync, readFileSync } from "node:fs";
import { asked, files } from "./keys.mjs";

const root = new URL("../src/", import.meta.url).pathname;
const LANGUAGES = ["zh-CN", "zh-TW", "en"];
const texts = Object.fromEntries(
  LANGUAGES.map((language) => [
    language,
    Object.assign(
      {},
      ...readdirSync(`${root}locales/${language}`)
        .filter((name) => name.endsWith(".json"))
        .map((name) => JSON.parse(readFileSync(`${root}locales/${language}/${name}`, "utf8"))),
    ),
  ]),
);
const mistakes = [];
const base = (key) => key.replace(/_(one|other)$/, "");
const holes = (text) =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)]
    .map(([, name]) => name)
    .toSorted()
    .join();
const keys = new Set(Object.keys(texts.en).map(base));

for (const language of LANGUAGES) {
  const own = texts[language];
  const there = new Set(Object.keys(own).map(base));
  for (const key of keys) if (!there.has(key)) mistakes.push(`${language} lacks ${key}`);
  for (const [key, text] of Object.entries(own)) {
    if (!keys.has(base(key))) mistakes.push(`${language} has ${key}, which English lacks`);
    const english = texts.en[key] ?? texts.en[`${base(key)}_other`];
    if (english !== undefined && holes(text) !== holes(english)) mistakes.push(`${language} ${key}: other placeholders than in English`);
    if (!text.trim()) mistakes.push(`${language} ${key} is empty`);
    if (language !== "en" && key.endsWith("_one")) mistakes.push(`${language} ${key}: Chinese has one form`);
  }
  for (const key of Object.keys(own).filter((name) => name.endsWith("_other"))) {
    if (language === "en" && !own[`${base(key)}_one`]) mistakes.push(`en lacks ${base(key)}_one`);
  }
}

const sections = [...new Set([...keys].map((key) => key.split(".")[0]))];
const { whole, begun } = asked(
  files(root)
    .filter((path) => !path.includes("/locales/"))
    .map((path) => readFileSync(path, "utf8")),
  sections,
);
const starts = [...begun].filter((start) => start.split(".").length > 1);
for (const key of whole)
  if (!keys.has(key) && !texts.en[key] && !NOT_TEXTS(key)) mistakes.push(`the code asks for ${key}, which is not there`);
for (const key of keys) if (!whole.has(key) && !starts.some((start) => key.startsWith(start))) mistakes.push(`nothing asks for ${key}`);

// Names of drafts look like keys and are none.
function NOT_TEXTS(key) {
  return ["members.new", "portal.invite", "keys.new"].includes(key);
}

const api = readFileSync(new URL("../../openapi.json", import.meta.url), "utf8");
const codes = new Set(
  [...api.matchAll(/A problem: ([^"]+)\./g)].flatMap(([, list]) => [...list.matchAll(/`([^`]+)`/g)].map(([, code]) => code)),
);
for (const code of codes) if (!texts.en[`errors.${code}`]) mistakes.push(`no text for the problem ${code}`);
const roles = readFileSync(new URL("../../policies/roles.csv", import.meta.url), "utf8")
  .split("\n")[0]
  .split(",")
  .slice(2);
for (const role of roles) if (!texts.en[`roles.${role}`]) mistakes.push(`no text for the role ${role}`);
const facts = readFileSync(new URL("../../docs/facts.md", import.meta.url), "utf8");
for (const [, kind] of facts.matchAll(/^### `([^`]+)`/gm)) if (!texts.en[`kinds.${kind}`]) mistakes.push(`no text for the kind ${kind}`);
const catalogue = readFileSync(`${root}api/facts.gen.ts`, "utf8");
for (const [, name] of catalogue.matchAll(/name: "(\w+)"/g))
  if (!texts.en[`facts.field.${name}`]) mistakes.push(`no text for the field ${name}`);

for (const mistake of mistakes) console.error(mistake);
console.log(`${keys.size} texts in ${LANGUAGES.length} languages, ${codes.size} problem codes, ${mistakes.length} mistakes`);
process.exit(mistakes.length ? 1 : 0);
