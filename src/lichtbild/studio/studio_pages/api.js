// What the page asks of the program that serves it. The token came in the link's fragment, which no server sees.

const token = (location.hash.match(/^#([\w-]{22,})$/) || [])[1] || sessionStorage.getItem("token") || "";
if (token) {
  sessionStorage.setItem("token", token);
  history.replaceState(null, "", location.pathname + location.search);
}

export class Refused extends Error {}

async function ask(method, path, body, signal) {
  const headers = { authorization: `Bearer ${token}` };
  if (body !== undefined) headers["content-type"] = "application/json";
  const answer = await fetch(path, {
    method,
    headers: method === "GET" ? headers : { "content-type": "application/json", ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal,
  }).catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new Refused("the program does not answer; start lichtbild studio again and open its new link");
  });
  if (!answer.ok) {
    const told = await answer.json().catch(() => ({}));
    throw new Refused(told.error || `the program answered ${answer.status}; look at its terminal`);
  }
  return answer;
}

export const json = async (method, path, body, signal) => (await ask(method, path, body, signal)).json();

export async function picture(method, path, body, signal) {
  return createImageBitmap(await (await ask(method, path, body, signal)).blob(), { colorSpaceConversion: "none" });
}

export async function blobUrl(path, signal) {
  return URL.createObjectURL(await (await ask("GET", path, undefined, signal)).blob());
}

export async function numbers(method, path, body, signal) {
  const answer = await ask(method, path, body, signal);
  return {
    halves: new Uint16Array(await answer.arrayBuffer()),
    width: Number(answer.headers.get("x-width")),
    height: Number(answer.headers.get("x-height")),
  };
}
