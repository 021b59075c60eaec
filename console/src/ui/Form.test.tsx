import { MantineProvider } from "@mantine/core";
import { fireEvent, render, screen } from "@testing-library/react";
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import errors from "~/locales/en/errors.json";
import form from "~/locales/en/form.json";
import ui from "~/locales/en/ui.json";
import { Form, forget, type Field } from "./Form.tsx";
import type { Told } from "./states.tsx";

const FIELDS: Field[] = [
  { name: "name", label: "Name", required: true },
  { name: "limit", at: "credit_limit_minor", label: "Limit" },
  { name: "secret", label: "Secret", kind: "password" },
  { name: "all", label: "All", kind: "switch" },
];
const show = (
  problem?: Told,
  initial?: Record<string, string>,
  onSubmit: (filled: Record<string, string>) => void = () => {},
  sending = false,
) => (
  <MantineProvider>
    <Form draft="test" fields={FIELDS} initial={initial} submit="Save" problem={problem} sending={sending} onSubmit={onSubmit} />
  </MantineProvider>
);

beforeAll(async () => {
  vi.stubGlobal("matchMedia", () => ({
    matches: false,
    addEventListener: () => {},
    removeEventListener: () => {},
    addListener: () => {},
    removeListener: () => {},
  }));
  await i18next
    .use(initReactI18next)
    .init({ lng: "en", resources: { en: { translation: { ...errors, ...form, ...ui } } }, keySeparator: false, nsSeparator: false });
});
beforeEach(() => {
  document.body.replaceChildren();
  forget("test");
});

test("a refusal stands at the field it is about, by the server's name of it", () => {
  render(show({ code: "invalid-field", field: "facts[0].credit_limit_minor", detail: "0 or more" }));
  expect(screen.getByLabelText("Limit").getAttribute("aria-invalid")).toBe("true");
  expect(screen.queryByRole("alert")).toBeNull();
});

test("a refusal about no field of the form stands above it with its request", () => {
  render(show({ code: "refused", request: "req_1", detail: "why" }));
  expect(screen.getByRole("alert").textContent).toContain("The rules do not allow it");
  expect(screen.getByRole("alert").textContent).toContain("req_1");
});

test("nothing is sent while a needed field is empty", () => {
  const sent = vi.fn();
  render(show(undefined, undefined, sent));
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(sent).not.toHaveBeenCalled();
  fireEvent.change(screen.getByLabelText(/Name/), { target: { value: "华东轴承" } });
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(sent).toHaveBeenCalledWith({ name: "华东轴承", limit: "", secret: "", all: "" });
});

test("what was typed is kept, a password never", () => {
  const { unmount } = render(show());
  fireEvent.change(screen.getByLabelText(/Name/), { target: { value: "kept" } });
  fireEvent.change(screen.getByLabelText("Secret"), { target: { value: "hidden" } });
  unmount();
  expect(sessionStorage.getItem("draft.test")).not.toContain("hidden");
  render(show());
  expect((screen.getByLabelText(/Name/) as HTMLInputElement).value).toBe("kept");
});

test("in a dialog the first field of its first form has the focus, wherever it was before", () => {
  render(
    <div role="dialog">
      <button autoFocus>Close</button>
      {show()}
    </div>,
  );
  expect(document.activeElement).toBe(screen.getByLabelText(/Name/));
});

test("a password is shown by a button that has a text of ours and can be reached by keyboard", () => {
  render(show());
  const eye = screen.getByRole("button", { name: ui["ui.reveal"] });
  expect(eye.tabIndex).toBe(0);
  fireEvent.mouseDown(eye);
  expect(screen.getByLabelText("Secret").getAttribute("type")).toBe("text");
});

test("a refusal about a switch is told at it", () => {
  render(show({ code: "refused", field: "all", detail: "12 members have values" }));
  expect(screen.getByText(/12 members have values/)).toBeTruthy();
});

test("what somebody else changed is told before one's own takes its place, and what one saved oneself is not", () => {
  const { rerender } = render(show(undefined, { name: "A", limit: "1" }));
  fireEvent.change(screen.getByLabelText(/Name/), { target: { value: "B" } });
  rerender(show(undefined, { name: "A", limit: "2" }));
  expect(screen.queryByRole("status"), "a field that one did not touch is as it is").toBeNull();
  rerender(show(undefined, { name: "A", limit: "2" }, undefined, true));
  rerender(show(undefined, { name: "B", limit: "2" }));
  expect(screen.queryByRole("status"), "it was saved").toBeNull();
  rerender(show(undefined, { name: "C", limit: "2" }));
  expect(screen.getByRole("status").textContent).toContain("it was B and is C");
  rerender(show({ code: "precondition-failed" }, { name: "C", limit: "2" }));
  expect(screen.queryByRole("status")).toBeNull();
  expect(screen.getByRole("alert").textContent).toContain("it was B and is C");
});
