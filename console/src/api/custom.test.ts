import { expect, test } from "vitest";
import { changedValues, effectOf, filledNotes, tagsOf, undoing, valueChange, valueText } from "./custom.ts";
import type { CustomField } from "./schema.gen.ts";

test("tags are read in the spelling in which they are kept, each once", () => {
  expect(tagsOf(" VIP，重点  客户, vip,,\n潜在、")).toEqual(["vip", "重点 客户", "潜在"]);
  expect(tagsOf(" , ")).toEqual([]);
});

test("only values that differ are sent, each as its kind; an emptied one is taken away", () => {
  const field = (id: string, kind: string) => ({ id, kind }) as CustomField;
  const fields = [
    field("seats", "integer"),
    field("price", "decimal"),
    field("own", "boolean"),
    field("grade", "choice"),
    field("note", "text"),
  ];
  const before = { tags: ["vip"], values: { seats: 3, own: false, grade: "a" } };
  const filled = { ...filledNotes(before), "value.seats": "-4", "value.price": "10.50", "value.own": "true", "value.grade": "" };
  expect(filledNotes(before)).toEqual({ tags: "vip", "value.seats": "3", "value.own": "false", "value.grade": "a" });
  expect(changedValues(fields, before, filled)).toEqual({ seats: -4, price: "10.50", own: true, grade: null });
  expect(changedValues(fields, before, filledNotes(before))).toEqual({});
});

test("a tag is added to those who have it not, taken off those who have it, and undoing touches no others", () => {
  const member = (id: string, ...tags: string[]) => ({ id, custom: { tags, values: {} } });
  const effects = effectOf([member("A", "vip"), member("B"), { id: "C", custom: null }], ["vip", "new"], ["old"]);
  expect(effects).toEqual([
    { tag: "vip", how: "add", members: ["B", "C"] },
    { tag: "new", how: "add", members: ["A", "B", "C"] },
    { tag: "old", how: "remove", members: [] },
  ]);
  expect(undoing(effects)).toEqual([
    { members: ["B", "C"], remove_tags: ["vip"] },
    { members: ["A", "B", "C"], remove_tags: ["new"] },
  ]);
});

test("a value is given to all, and undoing puts back what each had, without touching who had it already", () => {
  const member = (id: string, grade?: string) => ({ id, custom: { tags: [], values: grade ? { grade } : {} } });
  const { change, changed, back } = valueChange([member("A", "b"), member("B", "a"), member("C", "b"), member("D")], "grade", "a");
  expect(change).toEqual({ members: ["A", "B", "C", "D"], values: { grade: "a" } });
  expect(changed.map(({ id }) => id)).toEqual(["A", "C", "D"]);
  expect(back).toEqual([
    { members: ["A", "C"], values: { grade: "b" } },
    { members: ["D"], values: { grade: null } },
  ]);
});

test("in a file a choice has its name, and everything else is what is kept", () => {
  const choice = { kind: "choice", choices: [{ id: "a", names: { en: "Strategic" } }] } as unknown as CustomField;
  expect(valueText(choice, "a", "en")).toBe("Strategic");
  expect(valueText(choice, "gone", "en")).toBe("gone");
  expect(valueText({ kind: "decimal", choices: [] } as unknown as CustomField, "-1250000.5", "en")).toBe("-1250000.5");
  expect(valueText({ kind: "boolean", choices: [] } as unknown as CustomField, false, "en")).toBe("false");
  expect(valueText(choice, undefined, "en")).toBe("");
});
