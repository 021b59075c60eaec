import { $api } from "~/api/client.ts";
import { Pager } from "~/ui/Pager.tsx";
import { useAddress, useParam } from "~/ui/route.ts";
import { Empty, Loaded } from "~/ui/states.tsx";
import { Changes } from "./Changes.tsx";

export default function MemberAudit() {
  const member = useParam("member");
  const [{ after }] = useAddress();
  const query = $api.useQuery("get", "/v1/audit", { params: { query: { member, after, limit: 50 } } });
  return (
    <Loaded query={query}>
      {({ items, next }) =>
        items.length === 0 ? (
          <Empty title="audit.none" />
        ) : (
          <>
            <section className="card">
              <Changes items={items} />
            </section>
            <Pager next={next} />
          </>
        )
      }
    </Loaded>
  );
}
