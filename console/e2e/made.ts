// What the walk looks at beside what the demo has: things whose addresses are known once they are made.
import { expect, type Page } from "@playwright/test";
import { authenticator } from "./passkey.ts";
import { demo, PICTURE, signIn } from "./people.ts";
import { atProvider } from "./provider.ts";

type Call = <T>(method: string, path: string, body?: unknown) => Promise<T>;
type Id = { id: string };

const calling =
  (page: Page): Call =>
  (method, path, body) =>
    page.evaluate(
      async ([how, to, what]) => {
        // What is changed with `If-Match` is read first.
        const tag = how === "PATCH" ? (await fetch(to!)).headers.get("ETag") : null;
        const headers = { "Content-Type": "application/json", ...(tag && { "If-Match": tag }) };
        return (await fetch(to!, { method: how, headers, body: what })).json();
      },
      [method, path, body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body)],
    );

/** What waits for a second person: an adjustment and a program that somebody else asked for, and an adjustment of one's own. */
export async function asked(page: Page): Promise<string[]> {
  const call = calling(page);
  const two = (program: boolean, points: object) => call("PATCH", "/v1/settings", { approvals: { program, adjustments_above: points } });
  const adjust = (amount: number, reason: string) => call<Id>("POST", "/v1/members/M00057/adjustments", { unit: "points", amount, reason });
  await signIn(page, "admin");
  await two(true, { points: 0 });
  const own = await adjust(-300, "重复发放");
  await signIn(page, "operator");
  const adjustment = await adjust(50_000, "年度返利补发，财务已确认");
  const { source } = await call<{ source: string }>("GET", "/v1/program/versions/1");
  const candidate = { source: source.replace("spend_12m >= 50000", "spend_12m >= 40000"), note: "降低银牌门槛" };
  const program = await call<Id>("POST", "/v1/program/versions", candidate);
  await signIn(page, "admin");
  await two(false, {});
  return [
    `/approvals/${adjustment.id}`,
    ...["approve", "refuse"].map((act) => `/approvals/${adjustment.id}/${act}`),
    `/approvals/${program.id}?is=program`,
    `/approvals/${own.id}?is=own`,
    `/approvals/${own.id}/withdraw?is=own`,
  ];
}

/** A member that was merged into another one. */
async function merge(call: Call): Promise<string[]> {
  await call("POST", "/v1/members", { id: "walk-merge", name: "福建海峡机电有限公司", country: "CN", region: "福建" });
  await call("POST", "/v1/members", { id: "walk-merged", name: "福建海峡机电股份有限公司", country: "CN" });
  const { id } = await call<Id>("POST", "/v1/members/walk-merge/merges", { from: "walk-merged", why: "同一家企业，已更名" });
  return [`/members/walk-merge/companies?merged=${id}`, `/members/walk-merge/companies/undo/${id}`, "/members/walk-merged"];
}

export async function made(page: Page): Promise<string[]> {
  const call = calling(page);
  return [
    ...(await verification(page, call)),
    await simulation(call),
    ...(await imports(call)),
    ...(await webhook(call)),
    ...(await rewards(call)),
    await identity(page, call),
    ...(await passkey(page, call)),
    ...(await fact(call)),
    await notes(call),
    await letter(call),
    ...(await merge(call)),
  ];
}

/** The id of a job once it is done. */
async function done(call: Call, job: Promise<Id>) {
  const { id } = await job;
  await expect.poll(async () => (await call<{ state: string }>("GET", `/v1/jobs/${id}`)).state).toBe("done");
  return id;
}

/** A case with a picture as evidence. */
async function verification(page: Page, call: Call): Promise<string[]> {
  const cases = await call<{ items: Id[] }>("GET", "/v1/members/M00057/verifications");
  const open = cases.items[0] ?? (await call<Id>("POST", "/v1/members/M00057/verifications", { level: "verified" }));
  if (!cases.items[0]) {
    const picture = await page.evaluate(
      async (base64) =>
        (
          await fetch("/v1/members/M00057/files?name=licence.png", {
            method: "POST",
            body: Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)),
          })
        ).json() as Promise<Id>,
      PICTURE.toString("base64"),
    );
    await call("POST", `/v1/members/M00057/verifications/${open.id}/evidence`, {
      field: "licence",
      value: "91350100M000100Y43",
      source: "document",
      file: picture.id,
    });
  }
  const one = `/verification/M00057/${open.id}`;
  return [one, ...["evidence", "look-up", "four-elements", "ask", "withdraw"].map((step) => `${one}/${step}`)];
}

async function simulation(call: Call) {
  const { source } = await call<{ source: string }>("GET", "/v1/program/versions/1");
  const candidate = source.replace("spend_12m >= 50000", "spend_12m >= 5000");
  return `/program/simulations/${await done(call, call("POST", "/v1/program/simulations", { source: candidate }))}`;
}

/** An import that was tried and run, and one that was taken back. */
async function imports(call: Call): Promise<string[]> {
  const head = "订单号,客户编号,下单时间,金额,币种\n";
  const send = (name: string, rows: string) => call<Id>("POST", `/v1/imports/uploads?name=${name}`, head + rows);
  const importOf = async (job: string) => (await call<{ result: { imported: Id } }>("GET", `/v1/jobs/${job}`)).result.imported.id;
  const upload = await send("walk.csv", "W-1,M00057,2026-09-01,100.50,CNY\nW-2,M00057,2026-09-02,待定,CNY\n");
  const wanted = { upload: upload.id, kind: "orders" };
  const trial = await done(call, call("POST", "/v1/imports", { ...wanted, dry_run: true }));
  const run = await done(call, call("POST", "/v1/imports", wanted));
  const imported = await importOf(run);
  const second = await send("undone.csv", "W-9,M00057,2026-09-03,9.50,CNY\n");
  const undone = await importOf(await done(call, call("POST", "/v1/imports", { upload: second.id, kind: "orders" })));
  const undoing = await done(call, call("POST", `/v1/imports/${undone}/undo`));
  const asked = `upload=${upload.id}&kind=orders`;
  return [
    `/imports/files/${upload.id}?kind=orders&trial=${trial}`,
    `/imports/runs/${run}?${asked}`,
    `/imports/runs/${trial}/repair?${asked}`,
    `/imports/${imported}`,
    `/imports/${imported}/undo`,
    `/imports/${undone}?is=undone`,
    `/imports/${undone}/undo?is=undone`,
    `/imports/runs/${undoing}?is=undone`,
  ];
}

async function webhook(call: Call): Promise<string[]> {
  const hooks = await call<{ items: Id[] }>("GET", "/v1/webhooks");
  const fresh = { name: "ERP", url: "https://hooks.example.com/hansa", kinds: ["tier.changed"] };
  const { id } = hooks.items[0] ?? (await call<Id>("POST", "/v1/webhooks", fresh));
  return [`/webhooks/${id}`, ...["change", "replay", "rotate", "remove"].map((act) => `/webhooks/${id}/${act}`)];
}

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

/** A fact over the timeline, and what stands in for it. */
async function fact(call: Call): Promise<string[]> {
  const { items } = await call<{ items: { fact: Id }[] }>("GET", "/v1/members/M00057/timeline?only=facts&about=order.completed&limit=1");
  const id = encodeURIComponent(items[0]!.fact.id);
  return [
    `/members/M00057/timeline/${id}?is=order`,
    `/members/M00057/facts/new?kind=order.completed&corrects=${id}&is=order`,
    `/members/M00057/facts/new?kind=fact.retracted&corrects=${id}&is=order`,
    "/members/M00057/receipts?is=taken-back",
  ];
}

/** A field of each kind, and a value of some of them. */
async function notes(call: Call) {
  const field = (kind: string, cn: string, tw: string, en: string, more: object = {}) =>
    call("POST", "/v1/custom-fields", { id: `walk_${kind}`, names: { "zh-CN": cn, "zh-TW": tw, en }, kind, ...more });
  await field("text", "备忘", "備忘", "Remark");
  await field("integer", "席位", "席位", "Seats");
  await field("decimal", "合同金额", "合約金額", "Contract value");
  await field("boolean", "独家", "獨家", "Exclusive");
  await field("date", "签约日", "簽約日", "Signed on");
  await field("choice", "分级", "分級", "Grade", { choices: [{ id: "a", names: { "zh-CN": "甲", "zh-TW": "甲", en: "A" } }] });
  const values = { walk_decimal: "1250000.5", walk_boolean: true, walk_date: "2026-03-01", walk_choice: "a" };
  await call("POST", "/v1/custom-changes", { members: ["M00057"], add_tags: ["vip", "重点客户"], values });
  return "/members/M00057/notes?is=noted";
}

/** A letter that waits. */
async function letter(call: Call) {
  const waiting = () => call<{ items: Id[] }>("GET", "/v1/mail?state=waiting&limit=1");
  if (!(await waiting()).items[0]) await call("POST", "/v1/staff", { name: "Walk", email: "walk@demo.example", role: "analyst" });
  return `/mail/${(await waiting()).items[0]!.id}`;
}

/** An identity that the one who looks has at the provider. */
async function identity(page: Page, call: Call) {
  const own = async () => (await call<{ items: Id[] }>("GET", "/v1/session/identities")).items[0];
  if (!(await own())) {
    const begun = await call<{ address: string }>("POST", "/v1/session/identities", {
      provider: "works",
      return_to: "/account",
      password: demo().password,
    });
    await page.goto(begun.address);
    await atProvider(page, "admin-at-works");
  }
  return `/account/identities/${(await own())!.id}`;
}

/** A passkey that the one who looks has. */
async function passkey(page: Page, call: Call): Promise<string[]> {
  const own = async () => (await call<{ items: Id[] }>("GET", "/v1/session/passkeys")).items[0];
  if (!(await own())) {
    await authenticator(page);
    type Begun = { public_key: PublicKeyCredentialCreationOptionsJSON };
    const { public_key } = await call<Begun>("POST", "/v1/session/passkeys/options", { password: demo().password });
    const credential = await page.evaluate(async (options) => {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
      return ((await navigator.credentials.create({ publicKey })) as PublicKeyCredential).toJSON();
    }, public_key);
    await call("POST", "/v1/session/passkeys", { name: "笔记本电脑", credential });
  }
  const one = `/account/passkeys/${(await own())!.id}`;
  return [one, `${one}/remove`];
}
