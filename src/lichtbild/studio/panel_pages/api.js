// Talk with the server. The secret of the link stands after # and travels in a header alone.

const secret = location.hash.slice(1);
const pending = `lichtbild-vote-${secret.slice(0, 12)}`;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

export class Refused extends Error {
  constructor(status, words) {
    super(words);
    this.status = status;
  }
}

async function ask(path, body) {
  const headers = { Authorization: `Bearer ${secret}` };
  if (body) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, {
    method: body ? "POST" : "GET",
    headers,
    body: body && JSON.stringify(body),
    cache: "no-store",
    credentials: "omit",
  });
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => ({}));
  throw new Refused(answer.status, told.error || answer.statusText);
}

// What the server could do later is asked for again; what it refuses is not.
async function insist(path, body, trouble) {
  for (let wait = 500; ; wait = Math.min(2 * wait, 8000)) {
    try {
      const answer = await ask(path, body);
      trouble(false);
      return answer;
    } catch (error) {
      if (error instanceof Refused && error.status < 500 && error.status !== 429) throw error;
      trouble(true);
      await pause(wait);
    }
  }
}

export async function session(trouble) {
  await sendPending(trouble);
  return (await insist("/api/session", null, trouble)).json();
}

export async function begin(screen, trouble) {
  return (await insist("/api/begin", screen, trouble)).json();
}

// An answer is kept here until the server has it, even if this page is closed before.
export async function vote(answer, trouble) {
  const body = { vote: name(), ...answer };
  remember(body);
  try {
    return await (await insist("/api/vote", body, trouble)).json();
  } finally {
    remember(null);
  }
}

async function sendPending(trouble) {
  const body = recall();
  if (!body) return;
  try {
    await insist("/api/vote", body, trouble);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
  remember(null);
}

function remember(body) {
  try {
    if (body) localStorage.setItem(pending, JSON.stringify(body));
    else localStorage.removeItem(pending);
  } catch {
    // a browser that keeps nothing still sends what it has
  }
}

function recall() {
  try {
    return JSON.parse(localStorage.getItem(pending));
  } catch {
    return null;
  }
}

// crypto.randomUUID is for secure contexts alone, and a laboratory's network is none.
function name() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Pictures by name, the latest kept; each is decoded before it is shown.
const kept = new Map();

export function picture(name, trouble) {
  let found = kept.get(name);
  if (found) kept.delete(name);
  else found = load(name, trouble);
  kept.set(name, found);
  found.catch(() => kept.delete(name));
  return found;
}

export function keepPictures(count) {
  for (const [name, found] of kept) {
    if (kept.size <= count) return;
    kept.delete(name);
    found.then((url) => URL.revokeObjectURL(url), () => {});
  }
}

async function load(name, trouble) {
  const blob = await (await insist(`/api/picture/${name}`, null, trouble)).blob();
  return URL.createObjectURL(blob);
}
