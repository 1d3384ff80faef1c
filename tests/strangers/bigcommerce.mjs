// A BigCommerce client drives a simulator on loopback: {port, hash, token, calls: [{version, method, path, body}]}.
import https from "node:https";
import net from "node:net";
import { answer, need } from "./from_python.mjs";

const BigCommerce = need("node-bigcommerce");

// Carries what is meant for the one address of the platform to the simulator, in plain text.
class Led extends https.Agent {
  constructor(port) {
    super({ keepAlive: false });
    this.port = port;
  }

  createConnection(options, connected) {
    return net.createConnection({ host: "127.0.0.1", port: this.port }, connected);
  }
}

async function called(client, { method, path, body }) {
  try {
    return { value: await client[method](path, body) };
  } catch (error) {
    return { error: String(error.message), code: error.code ?? null };
  }
}

await answer(async ({ port, hash, token, calls }) => {
  const found = [];
  for (const call of calls) {
    const agent = new Led(port);
    const config = { clientId: "none", accessToken: token, storeHash: hash, responseType: "json", agent };
    found.push(await called(new BigCommerce({ ...config, apiVersion: call.version }), call));
  }
  return found;
});
