import { keepPreviousData } from "@tanstack/react-query";
import { $api } from "~/api/client.ts";
import { useAddress, useParam } from "~/ui/route.ts";
import { Empty, Loaded } from "~/ui/states.tsx";
import { Mission } from "~/views/standing.tsx";

export default function Missions() {
  const member = useParam("member");
  const [{ as_of }] = useAddress();
  const query = $api.useQuery(
    "get",
    "/v1/members/{member}/missions",
    { params: { path: { member }, query: { as_of } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length ? (
          <div className="grid">
            {items.map((item) => (
              <Mission key={item.mission.id} mission={item} />
            ))}
          </div>
        ) : (
          <Empty title="missions.none" />
        )
      }
    </Loaded>
  );
}
