import { Popover, TextInput } from "@mantine/core";
import { IconBookmark } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { useAddress } from "~/ui/route.ts";
import { readFilter } from "./filter.ts";
import { current, forget, keep, readViews } from "./views.ts";

/** Ways of looking at the list that one keeps under names; each is an address that can be passed on. */
export function Views() {
  const { t } = useT();
  const [search] = useAddress();
  const [views, setViews] = useState(readViews);
  const filter = readFilter(search);
  const shown = current(views, filter);
  return (
    <Popover position="bottom-start" trapFocus transitionProps={{ duration: 0 }}>
      <Popover.Target>
        <Button variant="default" leftSection={<IconBookmark size={16} aria-hidden />}>
          <span className="clip">{shown?.name ?? t("members.views")}</span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("members.views")}>
        <div className="stack">
          {views.length === 0 && <p className="dim">{t("members.noViews")}</p>}
          <ul className="plain stack">
            {views.map((view) => (
              <li key={view.name} className="row apart">
                <Link
                  to={"/members" as never}
                  search={view.filter as never}
                  aria-current={view === shown ? "true" : undefined}
                  className="any"
                >
                  <bdi>{view.name}</bdi>
                </Link>
                <Button
                  variant="subtle"
                  size="xs"
                  aria-label={t("members.forgetView", { name: view.name })}
                  onClick={() => setViews(forget(views, view.name))}
                >
                  ✕
                </Button>
              </li>
            ))}
          </ul>
          <form
            className="stack"
            onSubmit={(event) => {
              event.preventDefault();
              const name = String(new FormData(event.currentTarget).get("name") ?? "").trim();
              if (name) setViews(keep(views, name, filter));
            }}
          >
            <TextInput name="name" label={t("members.viewName")} required maxLength={60} autoComplete="off" />
            <Button type="submit" size="xs">
              {t("members.keepView")}
            </Button>
          </form>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
