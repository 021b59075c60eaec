import { queryOptions } from "@tanstack/react-query";
import { api } from "./client.ts";
import type { Tagged } from "./member.ts";
import type { VerificationCase, VerificationCaseInFull } from "./schema.gen.ts";

export const LEVELS = ["basic", "verified", "audited"] as const;
export const STATUSES = ["open", "waiting", "approved", "refused", "appealed", "withdrawn", "expired"] as const;
export type Status = (typeof STATUSES)[number];

/** A company may appeal within so many days of a refusal, once. */
const APPEAL_DAYS = 30;
const DAY_MS = 86_400_000;

/** Whether nothing was decided yet. */
export const runs = ({ status }: Pick<VerificationCase, "status">) => status === "open" || status === "waiting" || status === "appealed";

export const mayAppeal = ({ status, decided_at, appealed_at }: VerificationCase, now = Date.now()) =>
  status === "refused" && !appealed_at && Boolean(decided_at) && now < Date.parse(decided_at!) + APPEAL_DAYS * DAY_MS;

/** Whether the time to decide is over while the case waits for a reviewer. */
export const overdue = ({ status, deadline }: Pick<VerificationCase, "status" | "deadline">, now = Date.now()) =>
  (status === "open" || status === "appealed") && Date.parse(deadline) < now;

/** Whether a piece of evidence does not hold any more. */
export const over = ({ expires_at }: { expires_at?: string | null }, now = Date.now()) =>
  Boolean(expires_at) && Date.parse(expires_at!) < now;

/** A case in full with the tag by which it is decided. */
export const caseQuery = (member: string, id: string) =>
  queryOptions({
    queryKey: ["verification", member, id],
    queryFn: async ({ signal }): Promise<Tagged<VerificationCaseInFull>> => {
      const { data, error, response } = await api.GET("/v1/members/{member}/verifications/{case}", {
        params: { path: { member, case: id } },
        signal,
      });
      if (!data) throw error;
      return { value: data, etag: response.headers.get("ETag") ?? "" };
    },
  });

/** The content of a member's document. */
export const contentQuery = (member: string, file: string) =>
  queryOptions({
    queryKey: ["content", member, file],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    queryFn: async ({ signal }): Promise<Blob> => {
      const { data, error } = await api.GET("/v1/members/{member}/files/{file}", {
        params: { path: { member, file } },
        parseAs: "blob",
        signal,
      });
      if (!data) throw error;
      return data as unknown as Blob;
    },
  });

export const contentAddress = (member: string, file: string) =>
  `/v1/members/${encodeURIComponent(member)}/files/${encodeURIComponent(file)}`;
