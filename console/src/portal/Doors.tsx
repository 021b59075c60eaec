import { Outlet } from "@tanstack/react-router";
import { Kit } from "~/ui/Kit.tsx";
import { Reach } from "./Brand.tsx";
import { useBranding } from "./branding.ts";

/** Pages before one is signed in, under the platform's name and how it is reached. */
export default function Doors() {
  const { name, contact } = useBranding();
  return (
    <Kit>
      {contact && (
        <section className="platform" aria-label={name ?? "Hansa"}>
          <Reach />
        </section>
      )}
      <Outlet />
    </Kit>
  );
}
