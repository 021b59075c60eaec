// The screens that the walk visits; those whose addresses are known once something is made are made first.
import { readFileSync, writeFileSync } from "node:fs";
import { expect, type Page } from "@playwright/test";
import { PICTURE } from "./people.ts";

const M = "/members/M00057";
export const STAFF = [
  "/members",
  "/members?search=zzzzzz",
  "/members/new",
  M,
  `${M}?as_of=2025-06-30T00:00:00.000Z`,
  `${M}/edit`,
  `${M}/points`,
  `${M}/points/adjust`,
  `${M}/points/spend`,
  `${M}/points/reserve`,
  `${M}/points/settle`,
  `${M}/points/restore`,
  `${M}/benefits`,
  `${M}/benefits/grant`,
  `${M}/benefits/quotes/use`,
  `${M}/rewards`,
  `${M}/rewards/order`,
  `${M}/missions`,
  `${M}/contacts`,
  `${M}/contacts/new`,
  `${M}/facts`,
  `${M}/facts/new`,
  `${M}/receipts`,
  `${M}/companies`,
  `${M}/people`,
  `${M}/people/invite`,
  `${M}/audit`,
  "/members/nobody",
  "/program",
  "/program/versions",
  "/program/versions/1",
  "/program/versions/1/rollback",
  "/program/edit",
  "/program/simulate",
  `${M}/contacts/C000118/privacy`,
  `${M}/contacts/C000118/erase`,
  `${M}/verification`,
  "/duplicates",
  `${M}/verification/open`,
  "/verification",
  "/verification?status=approved&overdue=true",
  "/rewards",
  "/rewards?all=true",
  "/rewards/new",
  "/rewards/walk-calliper",
  "/redemptions",
  "/redemptions?state=cancelled",
  "/reports/liability",
  "/reports/tiers",
  "/reports/movers",
  "/reports/journal",
  "/reports/books",
  "/jobs",
  "/jobs/tidy",
  "/webhooks",
  "/webhooks/new",
  "/imports",
  "/imports/new",
  "/imports/imp_none",
  "/staff",
  "/staff/invite",
  "/staff/admin",
  "/keys",
  "/keys/new",
  "/roles",
  "/audit",
  "/account",
  "/nowhere",
];
export const PORTAL = [
  "/portal",
  "/portal/points",
  "/portal/points/rewards",
  "/portal/points/rewards/walk-calliper",
  "/portal/points/orders",
  "/portal/benefits",
  "/portal/missions",
  "/portal/more",
  "/portal/company",
  "/portal/verification",
  "/portal/privacy",
  "/portal/privacy/erase",
  "/portal/people",
  "/portal/people/invite",
  "/portal/account",
];
export const DOOR = ["/sign-in", "/welcome", "/new-password"];
const MADE = new URL("./out/made.json", import.meta.url);
export const keepMade = (paths: string[]) => writeFileSync(MADE, JSON.stringify(paths));
export const readMade = () => JSON.parse(readFileSync(MADE, "utf8")) as string[];

/** Things whose addresses are known once they are made: a case with a picture, a simulation, an import that was tried. */
export async function made(page: Page): Promise<string[]> {
  const call = <T>(method: string, path: string, body?: unknown) =>
    page.evaluate(
      async ([how, to, what]) => {
        const answer = await fetch(to!, { method: how, headers: { "Content-Type": "application/json" }, body: what });
        return answer.json();
      },
      [method, path, body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body)],
    ) as Promise<T>;
  const done = async (id: string) => {
    await expect.poll(async () => (await call<{ state: string }>("GET", `/v1/jobs/${id}`)).state).toBe("done");
    return id;
  };
  const cases = await call<{ items: { id: string }[] }>("GET", "/v1/members/M00057/verifications");
  const open = cases.items[0] ?? (await call<{ id: string }>("POST", "/v1/members/M00057/verifications", { level: "verified" }));
  if (!cases.items[0]) {
    const picture = await page.evaluate(
      async (base64) =>
        (
          await fetch("/v1/members/M00057/files?name=licence.png", {
            method: "POST",
            body: Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)),
          })
        ).json() as Promise<{ id: string }>,
      PICTURE.toString("base64"),
    );
    await call("POST", `/v1/members/M00057/verifications/${open.id}/evidence`, {
      field: "licence",
      value: "91350100M000100Y43",
      source: "document",
      file: picture.id,
    });
  }
  const { source } = await call<{ source: string }>("GET", "/v1/program/versions/1");
  const candidate = source.replace("spend_12m >= 50000", "spend_12m >= 5000");
  const simulation = await done((await call<{ id: string }>("POST", "/v1/program/simulations", { source: candidate })).id);
  const rows = "订单号,客户编号,下单时间,金额,币种\nW-1,M00057,2026-09-01,100.50,CNY\nW-2,M00057,2026-09-02,待定,CNY\n";
  const upload = await call<{ id: string }>("POST", "/v1/imports/uploads?name=walk.csv", rows);
  const wanted = { upload: upload.id, kind: "orders" };
  const trial = await done((await call<{ id: string }>("POST", "/v1/imports", { ...wanted, dry_run: true })).id);
  const run = await done((await call<{ id: string }>("POST", "/v1/imports", wanted)).id);
  const imported = (await call<{ items: { id: string }[] }>("GET", "/v1/imports")).items[0]!.id;
  const hooks = await call<{ items: { id: string }[] }>("GET", "/v1/webhooks");
  const hook =
    hooks.items[0]?.id ??
    (await call<{ id: string }>("POST", "/v1/webhooks", { name: "ERP", url: "https://hooks.example.com/hansa", kinds: ["tier.changed"] }))
      .id;
  const orders = await rewards(call);
  const one = `/verification/M00057/${open.id}`;
  const asked = `upload=${upload.id}&kind=orders`;
  return [
    ...orders,
    one,
    ...["evidence", "look-up", "four-elements", "ask", "withdraw"].map((step) => `${one}/${step}`),
    `/program/simulations/${simulation}`,
    `/imports/files/${upload.id}?kind=orders&trial=${trial}`,
    `/imports/runs/${run}?${asked}`,
    `/imports/runs/${trial}/repair?${asked}`,
    `/imports/${imported}`,
    `/imports/${imported}/undo`,
    `/webhooks/${hook}`,
    ...["change", "replay", "rotate", "remove"].map((act) => `/webhooks/${hook}/${act}`),
  ];
}

type Call = <T>(method: string, path: string, body?: unknown) => Promise<T>;

/** Rewards of each kind, and orders of them: what cannot be had and why is looked at, too. */
async function rewards(call: Call): Promise<string[]> {
  const text = (cn: string, tw: string, en: string) => ({ "zh-CN": cn, "zh-TW": tw, en });
  const offer = (id: string, names: Record<string, string>, more: object) =>
    call("POST", "/v1/rewards", { id, names, unit: "points", ...more });
  await offer("walk-calliper", text("数显卡尺", "數顯卡尺", "Digital calliper"), {
    price: 1200,
    stock: 5,
    per_member: 3,
    category: "工具",
    descriptions: text("0–150 mm，分度 0.01 mm", "0–150 mm，分度 0.01 mm", "0 to 150 mm in steps of 0.01 mm"),
  });
  await offer("walk-voucher", text("物流抵扣券", "物流抵扣券", "Freight voucher"), { price: 300, until: "2030-01-01T00:00:00Z" });
  await offer("walk-dinner", text("年会贵宾席", "年會貴賓席", "Seat at the annual dinner"), { price: 800, tiers: ["diamond"] });
  await offer("walk-gone", text("扭矩扳手", "扭矩扳手", "Torque wrench"), { price: 500, stock: 0 });
  await offer("walk-dear", text("激光对中仪", "雷射對中儀", "Laser alignment kit"), { price: 90_000_000 });
  for (const member of ["M00001", "M00057"])
    await call("POST", `/v1/members/${member}/adjustments`, { unit: "points", amount: 20_000, reason: "walk" });
  const order = (member: string, id: string, contact: string | null, deliver_to: string | null) =>
    call("POST", `/v1/members/${member}/redemption-orders`, { id, reward: "walk-calliper", quantity: 1, contact, deliver_to });
  await order("M00001", "walk-order-1", null, null);
  await order("M00057", "walk-order-2", "C000118", "陈怡君\n福州市鼓楼区五四路 1 号 3 楼");
  return ["/redemptions/M00057/walk-order-2", "/redemptions/M00057/walk-order-2/cancel"];
}
