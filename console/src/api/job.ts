import { queryOptions } from "@tanstack/react-query";
import { api } from "./client.ts";
import type { Job } from "./schema.gen.ts";

const LOOK_MS = 700;

export const JOB_STATES = ["waiting", "running", "done", "failed", "cancelled"] as const;
export type JobState = (typeof JOB_STATES)[number];

/** Whether a job comes to nothing more by itself. */
export const ended = ({ state }: Pick<Job, "state">) => state === "done" || state === "failed" || state === "cancelled";

/** A job with what came of it; looked at again until it has ended. */
export const jobQuery = (job: string) =>
  queryOptions({
    queryKey: ["job", job],
    queryFn: async ({ signal }) => {
      const { data, error } = await api.GET("/v1/jobs/{job}", { params: { path: { job } }, signal });
      if (!data) throw error;
      return data;
    },
    refetchInterval: ({ state }) => (state.data && !ended(state.data) ? LOOK_MS : false),
    refetchIntervalInBackground: true,
  });
