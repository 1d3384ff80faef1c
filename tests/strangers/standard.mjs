// The reference library of Standard Webhooks judges deliveries: [{secret, format, body, headers}].
import { answer, each, need } from "./from_python.mjs";

const { Webhook } = need("standardwebhooks");

await answer((cases) =>
  each(cases, async ({ secret, format, body, headers }) => new Webhook(secret, { format }).verify(body, headers)),
);
