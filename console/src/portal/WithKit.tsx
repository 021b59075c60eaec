import { Outlet } from "@tanstack/react-router";
import { Kit } from "~/ui/Kit.tsx";

export default function WithKit() {
  return (
    <Kit>
      <Outlet />
    </Kit>
  );
}
