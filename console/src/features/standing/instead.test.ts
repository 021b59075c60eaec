import { expect, test } from "vitest";
import type { ReceiptView } from "~/api/schema.gen.ts";
import { instead } from "./instead.ts";

const receipt = (key: string, day: string) => ({ key, at: `2026-03-${day}T00:00:00Z` }) as ReceiptView;
const as_of = "2026-03-25T00:00:00Z";
const [later, earlier] = [receipt("track:buyer@2", "20"), receipt("earn:order/1", "10")];

test("what was decided anew has the same key; where nothing has, nothing took its place", () => {
  const all = { receipts: [later, earlier], receipts_in_all: 2, as_of };
  expect(instead(receipt("earn:order/1", "10"), all)).toBe(earlier);
  expect(instead(receipt("earn:order/2", "01"), all)).toBeNull();
});

test("what cannot be known from the receipts that were asked for is not told", () => {
  const some = { receipts: [later, earlier], receipts_in_all: 50, as_of };
  expect(instead(receipt("earn:order/2", "15"), some)).toBeNull();
  expect(instead(receipt("earn:order/2", "10"), some)).toBeUndefined();
  expect(instead(receipt("earn:order/2", "05"), some)).toBeUndefined();
  expect(instead(receipt("earn:order/2", "05"), { receipts: [], receipts_in_all: null, as_of })).toBeUndefined();
});

test("what takes effect later than one looks is not said to be gone", () => {
  const all = { receipts: [later, earlier], receipts_in_all: 2, as_of };
  expect(instead(receipt("earn:order/2", "26"), all)).toBeUndefined();
});
