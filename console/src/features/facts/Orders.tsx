import { Link, Outlet } from "@tanstack/react-router";
import { useParam } from "~/ui/route.ts";
import { Trade } from "~/views/trade.tsx";

/** What a member ordered, and how far it is; each step is a fact. */
export default function Orders() {
  const member = useParam("member");
  return (
    <>
      <Trade
        member={member}
        fact={({ fact }, text) => (
          <Link to={"/members/$member/orders/$fact" as never} params={{ member, fact } as never} search={true as never}>
            {text}
          </Link>
        )}
      />
      <Outlet />
    </>
  );
}
