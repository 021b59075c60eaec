import { lazy, Suspense } from "react";
import type { Operation } from "~/api/roles.gen.ts";
import { useMay } from "~/api/session.ts";
import type { Load } from "~/part.ts";

const Denied = lazy(() => import("./Denied.tsx"));

/** A screen for those whose role may do what it is for; others are told before they fill anything in. */
export const allowed =
  (needs: Operation, load: Load): Load =>
  async () => {
    const { default: Screen } = await load();
    return {
      default: function Allowed() {
        const may = useMay();
        return may(needs) ? (
          <Screen />
        ) : (
          <Suspense>
            <Denied />
          </Suspense>
        );
      },
    };
  };
