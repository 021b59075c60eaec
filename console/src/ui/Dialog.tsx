import { Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { useT } from "~/i18n/index.ts";

/** A dialog that is a route: to close it is to go to the page beneath. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const { t } = useT();
  return (
    <Modal.Root opened onClose={onClose} transitionProps={{ duration: 0 }}>
      <Modal.Overlay backgroundOpacity={0.4} />
      <Modal.Content>
        <Modal.Body pt="md">
          <div className="row apart dialog-head">
            <Modal.Title className="name">{title}</Modal.Title>
            <Modal.CloseButton aria-label={t("ui.close")} />
          </div>
          {children}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
