// A gateway for short messages: the server is told of it at the start, a journey that waits for a message opens it.
import { createServer } from "node:http";

const PORT = Number(process.env.SMS_PORT ?? 4190);

export const GATEWAY = `name = "gateway"
method = "POST"
url = "http://127.0.0.1:${PORT}/messages"
body = '{"to":"{phone}","text":"{text}","code":"{code}"}'
timeout_seconds = 10
`;

type Message = { to: string; text: string; code: string };

/** Takes messages while `does` runs; `next` waits for the next one to a number. */
export async function taking(does: (next: (to: string) => Promise<Message>) => Promise<void>) {
  const kept: Message[] = [];
  let came = () => {};
  const gateway = createServer(async (from, to) => {
    let body = "";
    for await (const part of from) body += part;
    kept.push(JSON.parse(body) as Message);
    to.end();
    came();
  });
  await new Promise<void>((open) => gateway.listen(PORT, "127.0.0.1", open));
  const next = async (to: string): Promise<Message> => {
    const at = kept.findIndex((message) => message.to === to);
    if (at >= 0) return kept.splice(at, 1)[0]!;
    await new Promise<void>((again) => (came = again));
    return next(to);
  };
  try {
    await does(next);
  } finally {
    gateway.close();
  }
}
