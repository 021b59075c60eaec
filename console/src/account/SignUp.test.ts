import { expect, test } from "vitest";
import { said } from "./SignUp.tsx";

const form = { company: " 华东轴承有限公司 ", country: "cn", number: "91350100M000100Y43", name: "李伟", email: " li@example.com " };

test("the number's kind follows from the country and its form", () => {
  expect(said("email", form, "zh-CN")).toEqual({
    company: "华东轴承有限公司",
    country: "CN",
    name: "李伟",
    email: "li@example.com",
    language: "zh-CN",
    registration: { kind: "credit-code", number: "91350100M000100Y43" },
  });
  expect(said("email", { ...form, number: "110000000000001" }, "en").registration).toEqual({ kind: "licence", number: "110000000000001" });
  expect(said("email", { ...form, country: "DE", number: "HRB 1" }, "en").registration).toEqual({
    kind: "national",
    number: "HRB 1",
    country: "DE",
  });
  expect(said("email", { ...form, country: "", number: " " }, "en")).toEqual({
    company: "华东轴承有限公司",
    name: "李伟",
    email: "li@example.com",
    language: "en",
  });
});

test("who signs up by phone is known by its number alone", () => {
  const { email, phone } = said("phone", { ...form, phone: "138 0013 8000" }, "zh-CN");
  expect([email, phone]).toEqual([undefined, "+8613800138000"]);
});
