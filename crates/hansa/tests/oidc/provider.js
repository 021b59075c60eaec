// A real identity provider for tests, with one door of its own: what a right provider never says is said by a token endpoint that signs again,
// with the provider's own keys, what came out of it.
//
// Started with the addresses to which browsers may be sent back. Prints one line of JSON when it listens: { "issuer": "…" }. Ends with its standard input.
import { createServer } from "node:http";
import { createPrivateKey, createSign, generateKeyPairSync } from "node:crypto";
import Provider from "oidc-provider";

const redirects = process.argv.slice(2);
const people = {};
const asked = { keys: 0 };
let change = null;
let keys = [newKey("first")];

function newKey(kid) {
  // By way of PEM: Node.js 20 can lock itself out when it exports a key while it clears away the work that made it.
  const encoding = { publicKeyEncoding: { type: "spki", format: "pem" }, privateKeyEncoding: { type: "pkcs8", format: "pem" } };
  const privateKey = createPrivateKey(generateKeyPairSync("rsa", { modulusLength: 2048, ...encoding }).privateKey);
  return { ...privateKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig", privateKey };
}

const jwk = ({ privateKey, ...rest }) => rest;

const server = createServer(answer);
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;

function provider() {
  const made = new Provider(issuer, {
    clients: [
      {
        client_id: "hansa",
        client_secret: "a secret of 32 characters or more",
        redirect_uris: redirects,
        response_types: ["code"],
        grant_types: ["authorization_code"],
      },
    ],
    jwks: { keys: keys.map(jwk) },
    pkce: { required: () => true },
    conformIdTokenClaims: false,
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "preferred_username"] },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ["for tests"] },
    ttl: { Session: 600, Interaction: 600, Grant: 600, IdToken: 600, AccessToken: 600 },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  });
  made.on("server_error", (_, error) => console.error(error));
  return made;
}

let current = provider();
let handle = current.callback();

const body = async (request) => {
  let text = "";
  for await (const piece of request) text += piece;
  return text;
};

const base64url = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

// A token signed again: `header` and `claims` replace what was there; `key` is one that the provider has not told anybody of.
function signedAgain(token, { header = {}, claims = {}, drop = [], forged = false }) {
  const [head, payload] = token.split(".").map((part, at) => (at < 2 ? JSON.parse(Buffer.from(part, "base64url")) : part));
  const said = { ...payload, ...claims };
  drop.forEach((name) => delete said[name]);
  const text = `${base64url({ ...head, ...header })}.${base64url(said)}`;
  const key = forged ? newKey("forged") : keys[0];
  if (header.alg === "none") return `${text}.`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(key.privateKey).toString("base64url")}`;
}

// A provider that is heard through, so that its answer can be changed.
function heard(request, response) {
  const written = [];
  const end = response.end.bind(response);
  response.write = (piece) => written.push(Buffer.from(piece));
  response.end = (piece) => {
    if (piece) written.push(Buffer.from(piece));
    const text = Buffer.concat(written).toString();
    let answer = text;
    if (change && response.statusCode === 200) {
      const said = JSON.parse(text);
      if (change.without) delete said.id_token;
      else said.id_token = signedAgain(said.id_token, change);
      answer = JSON.stringify(said);
    }
    response.setHeader("content-length", Buffer.byteLength(answer));
    end(answer);
  };
  return handle(request, response);
}

async function control(request, response, path) {
  const said = JSON.parse((await body(request)) || "{}");
  if (path === "/test/person") people[said.sub] = said.claims;
  if (path === "/test/change") change = said.change;
  if (path === "/test/rotate") {
    keys = [newKey(said.kid)];
    current = provider();
    handle = current.callback();
  }
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(asked));
}

function ask(response) {
  response.setHeader("content-type", "text/html; charset=utf-8");
  response.end('<title>The Works</title><form method="post"><label>Account <input name="person"></label> <button>Go on</button></form>');
}

async function answer(request, response) {
  const path = new URL(request.url, issuer).pathname;
  if (path.startsWith("/test/")) return control(request, response, path);
  if (path === "/jwks") asked.keys += 1;
  if (path === "/token") return heard(request, response);
  if (path.startsWith("/interaction/")) {
    // A program says in a header who it is, a browser in a form.
    const typed = request.method === "POST" && new URLSearchParams(await body(request)).get("person");
    const accountId = request.headers["x-test-person"] ?? typed;
    if (!accountId) return ask(response);
    const { prompt } = await current.interactionDetails(request, response);
    const login = { [prompt.name]: { accountId } };
    return current.interactionFinished(request, response, login, { mergeWithLastSubmission: false });
  }
  return handle(request, response);
}

console.log(JSON.stringify({ issuer }));
process.stdin.on("end", () => process.exit(0)).resume();
