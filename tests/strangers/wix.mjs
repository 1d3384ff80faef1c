// Wix's own kit reads deliveries: [{key (PEM), token}] -> {eventType, instanceId, payload, identity} of each.
import { pathToFileURL } from "node:url";
import { answer, each, need } from "./from_python.mjs";

const { AppStrategy, createClient } = await import(pathToFileURL(need.resolve("@wix/sdk")));

await answer((cases) =>
  each(cases, ({ key, token }) =>
    createClient({ auth: AppStrategy({ appId: "app", appSecret: "none", publicKey: key }) }).webhooks.process(token),
  ),
);
