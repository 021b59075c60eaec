import { expect, test } from "vitest";
import type { CustomField } from "~/api/schema.gen.ts";
import { choicesOf, filledField, namesOf } from "./fields.ts";

test("choices are typed one a line, and come back as they were", () => {
  const choices = [
    { id: "a", names: { "zh-CN": "甲", "zh-TW": "甲", en: "A" } },
    { id: "b", names: { en: "B" } },
    { id: "c", names: {} },
  ];
  const field = { names: { en: "Grade" }, choices } as unknown as CustomField;
  expect(filledField(field)).toEqual({ "names.zh-CN": "", "names.zh-TW": "", "names.en": "Grade", choices: "a, 甲, 甲, A\nb, , , B\nc" });
  expect(choicesOf(filledField(field).choices!)).toEqual(choices);
  expect(choicesOf("a，甲\n\n")).toEqual([{ id: "a", names: { "zh-CN": "甲" } }]);
  expect(namesOf(filledField(field))).toEqual({ en: "Grade" });
});
