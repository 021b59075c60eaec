import type { ReactNode } from "react";
import mark from "~/theme/mark.svg";
import { LookMenu } from "./LookMenu.tsx";

/** The frame of everything before one is signed in. */
export function Door({ children }: { children: ReactNode }) {
  return (
    <div className="door">
      <header>
        <a className="brand" href="/sign-in">
          <img src={mark} alt="" />
          Hansa
        </a>
        <LookMenu />
      </header>
      <main>{children}</main>
    </div>
  );
}
