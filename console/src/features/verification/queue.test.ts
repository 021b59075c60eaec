import { expect, test } from "vitest";
import { asked, following } from "./queue.ts";

test("the reviewer that is oneself or nobody is told to the server as it knows them", () => {
  expect(asked({ reviewer: "me", overdue: "true" }, "li")).toEqual({ status: undefined, level: undefined, reviewer: "li", overdue: true });
  expect(asked({ reviewer: "none" }, "li").reviewer).toBe("");
  expect(asked({}, "li").reviewer).toBeUndefined();
});

test("after the last case comes the first, and after one that was decided the most urgent", () => {
  const queue = [{ id: "a" }, { id: "b" }];
  expect(following(queue, "a")?.id).toBe("b");
  expect(following(queue, "b")?.id).toBe("a");
  expect(following(queue, "gone")?.id).toBe("a");
  expect(following([{ id: "a" }], "a")).toBeUndefined();
});
