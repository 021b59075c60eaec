import { MantineProvider } from "@mantine/core";
import { fireEvent, render, screen } from "@testing-library/react";
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import form from "~/locales/en/form.json";
import settings from "~/locales/en/settings.json";
import ui from "~/locales/en/ui.json";
import { Erases } from "./Retention.tsx";

beforeAll(async () => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {} }));
  await i18next
    .use(initReactI18next)
    .init({ lng: "en", resources: { en: { translation: { ...form, ...settings, ...ui } } }, keySeparator: false, nsSeparator: false });
});
beforeEach(() => document.body.replaceChildren());

const ASKED = { contacts_days: 365, people_days: null, documents_days: null };
const show = (contacts: number, onConfirm: () => void) =>
  render(
    <MantineProvider>
      <Erases
        erases={{ contacts, people: 0, documents: 0 }}
        asked={ASKED}
        sending={false}
        problem={undefined}
        onConfirm={onConfirm}
        onBack={() => {}}
      />
    </MantineProvider>,
  );

test("what would erase something is saved only once one says that one knows it", () => {
  const saved = vi.fn();
  show(1234, saved);
  expect(screen.getByRole("status").textContent).toBe("This would erase nowContacts1,234");
  fireEvent.click(screen.getByRole("button", { name: "Save and erase" }));
  expect(saved).not.toHaveBeenCalled();
  fireEvent.click(screen.getByRole("checkbox"));
  fireEvent.click(screen.getByRole("button", { name: "Save and erase" }));
  expect(saved).toHaveBeenCalledOnce();
});

test("what erases nothing now is saved as it is", () => {
  const saved = vi.fn();
  show(0, saved);
  expect(screen.queryByRole("checkbox")).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(saved).toHaveBeenCalledOnce();
});
