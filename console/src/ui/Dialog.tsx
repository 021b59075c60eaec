import { Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { useT } from "~/i18n/index.ts";

/** A dialog that is a route: to close it is to go to the page beneath. */
export function Dialog({ title, onClose, wide, children }: { title: string; onClose: () => void; wide?: boolean; children: ReactNode }) {
  const { t } = useT();
  return (
    <Modal
      opened
      onClose={onClose}
      title={<span className="name">{title}</span>}
      size={wide ? "xl" : "md"}
      closeButtonProps={{ "aria-label": t("ui.close") }}
    >
      {children}
    </Modal>
  );
}
