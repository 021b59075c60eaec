import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const files = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : /\.tsx?$/.test(name) ? [path] : [];
  });
const sources = files("src").filter((path) => !path.endsWith(".gen.ts"));
const imports = (path: string) =>
  [...readFileSync(path, "utf8").matchAll(/from "([^"]+)"|import\("([^"]+)"\)/g)].map((found) => found[1] ?? found[2]!);
const naming = (path: string, bad: (name: string) => boolean) =>
  imports(path)
    .filter(bad)
    .map((name) => `${path}: ${name}`);

test("what is shown knows no API", () => {
  expect(
    sources
      .filter((path) => path.startsWith("src/ui/"))
      .flatMap((path) => naming(path, (name) => name.startsWith("~/api") || name.startsWith("../api"))),
  ).toEqual([]);
});

test("no feature imports another, and the two sides import nothing of each other", () => {
  const wrong = sources.flatMap((path) => {
    const own = /^src\/(features|portal)\/(\w+)\//.exec(path);
    if (!own) return [];
    return naming(path, (name) => {
      const other = /^~\/(features|portal)\/(\w+)/.exec(name);
      return Boolean(other) || (/^\.\.\/\w+\//.test(name) && own[1] === "features");
    });
  });
  expect(wrong).toEqual([]);
});

test("no file is longer than 400 lines", () => {
  expect(sources.filter((path) => readFileSync(path, "utf8").split("\n").length > 400)).toEqual([]);
});
