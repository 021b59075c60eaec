import type { ReactNode } from "react";
import { Brand } from "~/portal/Brand.tsx";
import { LookMenu } from "./LookMenu.tsx";

/** The frame of everything before one is signed in. */
export function Door({ children }: { children: ReactNode }) {
  return (
    <div className="door">
      <header>
        <a className="brand" href="/sign-in">
          <Brand />
        </a>
        <LookMenu />
      </header>
      <main>{children}</main>
    </div>
  );
}
