// Reads messages as lines of JSON and says of each what the library published by Standard Webhooks says.
import { createInterface } from "node:readline";
import { Webhook } from "standardwebhooks";

for await (const line of createInterface({ input: process.stdin })) {
  const { secret, headers, body } = JSON.parse(line);
  let said;
  try {
    said = { taken: new Webhook(secret).verify(body, headers) };
  } catch (error) {
    said = { refused: error.message };
  }
  console.log(JSON.stringify(said));
}
