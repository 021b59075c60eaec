import { queryOptions } from "@tanstack/react-query";
import { api } from "./client.ts";
import type { Contact, Member } from "./schema.gen.ts";

/** What was read together with the `ETag` by which it can be changed. */
export type Tagged<T> = { value: T; etag: string };

export const memberQuery = (member: string) =>
  queryOptions({
    queryKey: ["member", member],
    queryFn: async ({ signal }): Promise<Tagged<Member>> => {
      const { data, error, response } = await api.GET("/v1/members/{member}", {
        params: { path: { member } },
        signal,
      });
      if (!data) throw error;
      return { value: data, etag: response.headers.get("ETag") ?? "" };
    },
  });

export const contactQuery = (member: string, contact: string) =>
  queryOptions({
    queryKey: ["contact", member, contact],
    queryFn: async ({ signal }): Promise<Tagged<Contact>> => {
      const path = { member, contact };
      const { data, error, response } = await api.GET("/v1/members/{member}/contacts/{contact}", {
        params: { path },
        signal,
      });
      if (!data) throw error;
      return { value: data, etag: response.headers.get("ETag") ?? "" };
    },
  });
