import { expect, test } from "vitest";
import { diff } from "./Diff.tsx";

test("a changed line is told as taken and put, the rest stays", () => {
  expect(diff("a\nb\nc", "a\nB\nc").map(({ mark, text }) => mark + text)).toEqual([" a", "-b", "+B", " c"]);
});
test("equal texts have no marks", () => expect(diff("a\nb", "a\nb").every(({ mark }) => mark === " ")).toBe(true));
