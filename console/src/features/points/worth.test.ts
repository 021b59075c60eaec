import { expect, test } from "vitest";
import { worth } from "./worth.ts";

test("units are worth what the program says one costs, to the last digit", () => {
  expect(worth(250, 0, "0.01")).toBe("2.5");
  expect(worth(-15, 1, "300")).toBe("-450");
  expect(worth(1, 1, "0.005")).toBe("0.0005");
  expect(worth(100, 0, "0")).toBeUndefined();
});
