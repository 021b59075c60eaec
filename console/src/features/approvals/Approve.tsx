import { api } from "~/api/client.ts";
import { Decide } from "./Decide.tsx";

export default function Approve() {
  return (
    <Decide
      title="approvals.approve"
      hint="approvals.approveHint"
      required={false}
      call={(approval, reason, once) =>
        api.POST("/v1/approvals/{approval}/approve", { params: { path: { approval } }, body: { reason: reason || null }, ...once })
      }
    />
  );
}
