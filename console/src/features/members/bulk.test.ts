import { expect, test } from "vitest";
import type { ListedMember } from "~/api/schema.gen.ts";
import { makeSame, undo, type Row, type Server } from "./bulk.ts";
import { choose, CHOSEN_MAX } from "./chosen.ts";

const named = (...ids: string[]) => ids.map((id) => ({ id, name: id }));
const wanted = { field: "region", value: "上海" } as const;

/** A server of four members: one has it already, one may not be changed. Versions count up. */
function town() {
  const regions: Record<string, [string | null, number]> = { A: ["北京", 1], B: ["上海", 1], C: [null, 1], D: ["广州", 1] };
  const server: Server = {
    read: async (id) => ({ value: { region: regions[id]![0] }, etag: String(regions[id]![1]) }),
    change: async (id, etag, { region }) => {
      if (id === "D") throw { code: "forbidden", status: 403 };
      if (etag !== String(regions[id]![1])) throw { code: "precondition-failed", status: 412 };
      regions[id] = [region ?? null, regions[id]![1] + 1];
      return String(regions[id]![1]);
    },
  };
  return { regions, server };
}
const told = () => ({ seen: (_: Row[]) => undefined, signal: new AbortController().signal });
const came = (rows: Row[]) => rows.map((row) => `${row.id} ${row.came}`);

test("each is changed alone: one that fails keeps no other from it, and one that has it already is left alone", async () => {
  const { regions, server } = town();
  const counts: number[] = [];
  const rows = await makeSame(named("A", "D", "B", "C"), wanted, server, { ...told(), seen: (all) => counts.push(all.length) });
  expect(came(rows)).toEqual(["A changed", "D failed", "B same", "C changed"]);
  expect(rows[1]).toMatchObject({ problem: { code: "forbidden" }, before: "广州" });
  expect(counts).toEqual([1, 2, 3, 4]);
  expect(Object.values(regions).map(([region]) => region)).toEqual(["上海", "上海", "上海", "广州"]);
});

test("undoing puts back what was there, but not over what somebody else did since", async () => {
  const { regions, server } = town();
  const rows = await makeSame(named("A", "B", "C"), wanted, server, told());
  regions.A = ["深圳", 3];
  const back = await undo(rows, wanted, server, told());
  expect(came(back)).toEqual(["A failed", "C undone"]);
  expect([regions.A![0], regions.B![0], regions.C![0]]).toEqual(["深圳", "上海", null]);
});

test("what is stopped is stopped between two", async () => {
  const { server } = town();
  const stop = new AbortController();
  const rows = await makeSame(named("A", "B", "C"), wanted, server, { seen: () => stop.abort(), signal: stop.signal });
  expect(came(rows)).toEqual(["A changed"]);
});

test("what is chosen is chosen once, in its order, and no more than can be", () => {
  const many = named(...Array.from({ length: CHOSEN_MAX + 5 }, (_, n) => `M${n}`)) as ListedMember[];
  const ids = (members: ListedMember[]) => members.map(({ id }) => id);
  expect(ids(choose(many.slice(0, 2), many.slice(1, 3), true))).toEqual(["M0", "M1", "M2"]);
  expect(ids(choose(many.slice(0, 3), many.slice(1, 2), false))).toEqual(["M0", "M2"]);
  expect(choose([], many, true)).toHaveLength(CHOSEN_MAX);
});
