import { expect, test } from "vitest";
import { asked } from "./queue.ts";

test("the reviewer that is oneself or nobody is told to the server as it knows them", () => {
  expect(asked({ reviewer: "me", overdue: "true" }, "li")).toEqual({ status: undefined, level: undefined, reviewer: "li", overdue: true });
  expect(asked({ reviewer: "none" }, "li").reviewer).toBe("");
  expect(asked({}, "li").reviewer).toBeUndefined();
});
