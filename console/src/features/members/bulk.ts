import { api } from "~/api/client.ts";
import { trouble, type Trouble } from "~/api/problem.ts";
import type { Member, MemberChange } from "~/api/schema.gen.ts";

/** What can be made the same for many. */
export const BULK_FIELDS = ["account_manager", "region", "industry", "country", "parent"] as const;
export type BulkField = (typeof BULK_FIELDS)[number];
export type Wanted = { field: BulkField; value: string | null };

type Named = Pick<Member, "id" | "name">;
export type Row = Named & { before: string | null } & (
    | { came: "changed"; etag: string }
    | { came: "same" | "undone" }
    | { came: "failed"; problem: Trouble }
  );

/** How a member is read and changed; a test has its own. */
export type Server = {
  read: (id: string) => Promise<{ value: Pick<Member, BulkField>; etag: string }>;
  change: (id: string, etag: string, body: MemberChange) => Promise<string>;
};

export const SERVER: Server = {
  read: async (member) => {
    const { data, error, response } = await api.GET("/v1/members/{member}", { params: { path: { member } } });
    if (!data) throw error;
    return { value: data, etag: response.headers.get("ETag") ?? "" };
  },
  change: async (member, etag, body) => {
    const params = { path: { member }, header: { "If-Match": etag } };
    const { data, error, response } = await api.PATCH("/v1/members/{member}", { params, body });
    if (!data) throw error;
    return response.headers.get("ETag") ?? "";
  },
};

type Told = { seen: (rows: Row[]) => void; signal: AbortSignal };

/** Does something to one after the other, and tells each time how far it is; stops between two. */
async function each<T>(all: T[], does: (one: T) => Promise<Row>, { seen, signal }: Told): Promise<Row[]> {
  const rows: Row[] = [];
  for (const one of all) {
    if (signal.aborted) break;
    rows.push(await does(one));
    seen([...rows]);
  }
  return rows;
}

/** Makes a field the same for all of them. Each is read first, so that what somebody else did meanwhile is neither lost nor taken for ours. */
export const makeSame = (members: Named[], { field, value }: Wanted, server: Server, told: Told) =>
  each(
    members,
    async ({ id, name }) => {
      let before: string | null = null;
      try {
        const found = await server.read(id);
        before = found.value[field] ?? null;
        if (before === value) return { id, name, before, came: "same" };
        return { id, name, before, came: "changed", etag: await server.change(id, found.etag, { [field]: value }) };
      } catch (error) {
        return { id, name, before, came: "failed", problem: trouble(error) };
      }
    },
    told,
  );

/** Puts back what was there. What somebody else changed since stays, and is told. */
export const undo = (rows: Row[], { field }: Wanted, server: Server, told: Told) =>
  each(
    rows.filter((row) => row.came === "changed"),
    async ({ id, name, before, etag }) => {
      try {
        await server.change(id, etag, { [field]: before });
        return { id, name, before, came: "undone" };
      } catch (error) {
        return { id, name, before, came: "failed", problem: trouble(error) };
      }
    },
    told,
  );
