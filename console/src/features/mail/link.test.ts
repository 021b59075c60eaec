import { expect, test } from "vitest";
import { linkOf } from "./link.ts";

test("the link is the paragraph that is nothing else", () => {
  expect(linkOf("Ada,\n\nhttps://h.example/welcome#t_1\n\nIt is good for a week.")).toBe("https://h.example/welcome#t_1");
  expect(linkOf("See https://h.example/ yourself.\n\nYour code is 123456.")).toBeUndefined();
  expect(linkOf("javascript:alert(1)\n\nhttp://localhost:4180/new-password#x\n")).toBe("http://localhost:4180/new-password#x");
});
