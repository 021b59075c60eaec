import { expect, test } from "vitest";
import { said } from "./SignUp.tsx";

const form = { company: " 华东轴承有限公司 ", country: "cn", number: "91350100M000100Y43", name: "李伟", email: " li@example.com " };

test("the number's kind follows from the country and its form", () => {
  expect(said(form, "zh-CN")).toEqual({
    company: "华东轴承有限公司",
    country: "CN",
    name: "李伟",
    email: "li@example.com",
    language: "zh-CN",
    registration: { kind: "credit-code", number: "91350100M000100Y43" },
  });
  expect(said({ ...form, number: "110000000000001" }, "en").registration).toEqual({ kind: "licence", number: "110000000000001" });
  expect(said({ ...form, country: "DE", number: "HRB 1" }, "en").registration).toEqual({
    kind: "national",
    number: "HRB 1",
    country: "DE",
  });
  expect(said({ ...form, country: "", number: " " }, "en")).toEqual({
    company: "华东轴承有限公司",
    name: "李伟",
    email: "li@example.com",
    language: "en",
  });
});
