import { beforeEach, expect, test, vi } from "vitest";

beforeEach(() => {
  vi.resetModules();
  localStorage.clear();
  document.documentElement.removeAttribute("style");
  document.title = "Points · Hansa";
});
const own = (name: string) => document.documentElement.style.getPropertyValue(name);

test("what was kept is there at once; a platform without a colour of its own has Hansa's again", async () => {
  localStorage.setItem("hansa.branding", JSON.stringify({ name: "华东工业品", color: "#0b5cad" }));
  const { present } = await import("./branding.ts");
  expect(own("--own")).toBe("#0b5cad");
  expect(document.title).toBe("Points · 华东工业品");
  present({ name: null, color: null });
  expect(own("--own")).toBe("");
  expect(document.title).toBe("Points · Hansa");
});

test("what is kept and cannot be read, or is no colour, changes nothing", async () => {
  localStorage.setItem("hansa.branding", "{");
  const { present } = await import("./branding.ts");
  present({ color: "url(evil)" });
  expect(own("--own")).toBe("");
});

test("a number is called, an address is written to, a page is opened; anything else is read", async () => {
  const { reachOf } = await import("./branding.ts");
  expect(reachOf("400-800-1234")).toBe("tel:4008001234");
  expect(reachOf("+86 (21) 5555 0100")).toBe("tel:+862155550100");
  expect(reachOf("help@example.com")).toBe("mailto:help@example.com");
  expect(reachOf("https://example.com/help")).toBe("https://example.com/help");
  expect(reachOf("javascript:alert(1)")).toBeUndefined();
  expect(reachOf("微信 huadong-400")).toBeUndefined();
});
