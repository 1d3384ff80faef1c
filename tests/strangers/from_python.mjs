// A script of these reads one JSON document on standard input and prints one; packages come from the cache folder.
import { createRequire } from "node:module";
import path from "node:path";
import { text } from "node:stream/consumers";

export const need = createRequire(path.join(process.env.POSBRIDGE_STRANGERS, "package.json"));

export async function answer(work) {
  const given = JSON.parse(await text(process.stdin));
  process.stdout.write(JSON.stringify(await work(given)));
}

// What came of each case: its value, or the words of the error that it ended with.
export async function each(cases, work) {
  return Promise.all(
    cases.map((one) => work(one).then((value) => ({ value }), (error) => ({ error: String(error.message ?? error) }))),
  );
}
