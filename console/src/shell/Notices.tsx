import { Popover } from "@mantine/core";
import { IconBell } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useT } from "~/i18n/index.ts";
import { IconButton } from "~/ui/Button.tsx";
import { When } from "~/ui/format.tsx";
import { see, seenUntil, unseen, useNotices, type Notice } from "./notices.ts";

/** The screen that one came for is fetched first. */
const FIRST_MS = 2000;

/** A bell that says how much awaits somebody, and leads to each. */
export function Notices() {
  const { t } = useT();
  const [ready, setReady] = useState(false);
  useEffect(() => {
    const waits = setTimeout(() => setReady(true), FIRST_MS);
    return () => clearTimeout(waits);
  }, []);
  const notices = useNotices(ready);
  const [opened, setOpened] = useState(false);
  const [until, setUntil] = useState(seenUntil);
  const count = unseen(notices, until).length;
  const close = () => {
    const latest = notices.flatMap((notice) => ("at" in notice ? notice.at : [])).reduce((a, b) => (a > b ? a : b), until);
    see(latest);
    setUntil(latest);
    setOpened(false);
  };
  return (
    <Popover
      opened={opened}
      onChange={(open) => open || close()}
      position="bottom-end"
      trapFocus
      returnFocus
      width="min(360px, calc(100vw - 16px))"
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>
        <IconButton
          className="bell"
          aria-label={count > 0 ? t("shell.noticed", { count }) : t("shell.notices")}
          onClick={() => (opened ? close() : setOpened(true))}
        >
          <IconBell size={20} />
          {count > 0 && <b aria-hidden>{count}</b>}
        </IconButton>
      </Popover.Target>
      <Popover.Dropdown>
        {notices.length === 0 ? (
          <p className="dim" data-autofocus tabIndex={-1}>
            {t("shell.noNotices")}
          </p>
        ) : (
          <ul className="plain stack">
            {notices.map((notice) => (
              <li key={notice.kind + notice.to} className="stack tight">
                <Link to={notice.to.split("?")[0] as never} search={searchOf(notice.to) as never} className="any" onClick={close}>
                  <Said notice={notice} />
                </Link>
                {"at" in notice && (
                  <span className="small dim">
                    <When at={notice.at} />
                  </span>
                )}
              </li>
            ))}
          </ul>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

const searchOf = (to: string) => Object.fromEntries(new URLSearchParams(to.split("?")[1]));

function Said({ notice }: { notice: Notice }) {
  const { t, label } = useT();
  switch (notice.kind) {
    case "overdue":
      return t("shell.notice.overdue", { count: notice.count });
    case "assigned":
      return t("shell.notice.assigned", { count: notice.count });
    case "orders":
      return t("shell.notice.orders", { count: notice.count, many: `${notice.count}${notice.more ? "+" : ""}` });
    case "approvals":
      return t("shell.notice.approvals", { count: notice.count, many: `${notice.count}${notice.more ? "+" : ""}` });
    case "webhook":
      return t("shell.notice.webhook", { name: notice.name });
    case "job":
      return t("shell.notice.job", { name: label("jobs.kindOf.", notice.name) });
    case "import":
      return notice.rejected > 0
        ? t("shell.notice.importRejects", { name: notice.name, count: notice.rejected })
        : t("shell.notice.import", { name: notice.name });
  }
}
