import { expect, test } from "vitest";
import { following } from "./Next.tsx";

test("after the last of a queue comes the first, and after one that is not in it any more the first, too", () => {
  const queue = [{ id: "a" }, { id: "b" }];
  expect(following(queue, "a")?.id).toBe("b");
  expect(following(queue, "b")?.id).toBe("a");
  expect(following(queue, "gone")?.id).toBe("a");
  expect(following([{ id: "a" }], "a")).toBeUndefined();
});
