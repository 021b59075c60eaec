import { api } from "~/api/client.ts";
import { Decide } from "./Decide.tsx";

export default function Refuse() {
  return (
    <Decide
      title="approvals.refuse"
      hint="approvals.refuseHint"
      required
      danger
      call={(approval, reason, once) =>
        api.POST("/v1/approvals/{approval}/refuse", { params: { path: { approval } }, body: { reason }, ...once })
      }
    />
  );
}
