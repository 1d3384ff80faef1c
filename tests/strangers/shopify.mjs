// Shopify's own library judges deliveries: [{secret, body (base64), headers}] -> what it says of each.
import { answer, each, need } from "./from_python.mjs";

need("@shopify/shopify-api/adapters/node");
const { shopifyApi, LogSeverity } = need("@shopify/shopify-api");

function library(secret) {
  return shopifyApi({
    apiKey: "key", apiSecretKey: secret, hostName: "till.example.com", isEmbeddedApp: false, apiVersion: "2025-10",
    scopes: [], logger: { level: LogSeverity.Error },
  });
}

await answer((cases) =>
  each(cases, ({ secret, body, headers }) =>
    library(secret).webhooks.validate({
      rawBody: Buffer.from(body, "base64").toString("utf8"),
      rawRequest: { method: "POST", url: "/hooks", headers },
    }),
  ),
);
