import { beforeEach, expect, test } from "vitest";
import { draft } from "./draft.ts";

beforeEach(() => localStorage.clear());

test("a draft is what one begins with, until it came into force", () => {
  expect(draft.of("in force")).toBe("in force");
  draft.put("typed");
  expect(draft.of("in force")).toBe("typed");
  expect(draft.of("typed")).toBe("typed");
  expect(draft.of("in force again")).toBe("in force again");
});
