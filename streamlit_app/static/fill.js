// A form of this office in a browser: fetches it, hands it to the ODK project's engine, sends what was filled.
// Nothing is sent anywhere but to this server; what could not be sent stays on the screen to be sent again.

const known = JSON.parse(document.getElementById("known").textContent);
const { words } = known;
let filled = false;
let sending = false;
let earlier = null; // what the last press sent: it may have arrived though its answer did not

// Without https (an office's own network) browsers leave this function out, and the engine counts on it.
crypto.randomUUID ??= () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
};

function tell(kind, text) {
  const told = document.getElementById("told");
  told.className = kind;
  told.textContent = text;
  if (text) told.scrollIntoView({ block: "nearest" });
}

// The engine stamps the end anew at every press; answers that are the same go out as they went out before,
// or the server would take them for two contents of one submission.
async function asBefore(body) {
  const file = body.get("xml_submission_file");
  const said = (await file.text()).replace(/<end>[^<]*/, "");
  if (earlier?.said === said) body.set("xml_submission_file", earlier.file, file.name);
  else earlier = { said, file };
  return body;
}

async function send(payload) {
  const url = `${known.submission}?deviceID=browser`;
  let answer, text;
  try {
    answer = await fetch(url, { method: "POST", body: await asBefore(payload.data[0]) });
    text = await answer.text(); // the connection may break after the headers
  } catch {
    return tell("error", words.no_network);
  }
  const page = new DOMParser().parseFromString(text, "text/xml");
  const said = page.getElementsByTagNameNS("*", "message")[0]?.textContent ?? "";
  if (answer.status !== 201) return tell("error", said || `${words.refused} (${answer.status})`);
  filled = false;
  tell("done", `${words.received} ${new Date().toLocaleTimeString(known.language)}`);
  return true;
}

function fetchAttachment(address) {
  const name = decodeURIComponent(String(address.href ?? address).split("/").pop());
  return fetch(`${known.form}/media/${encodeURIComponent(name)}`);
}

// The engine's own words are English; these are the ones that a person has to press or read.
function translate(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const key = `engine.${node.data.trim()}`;
    if (words[key]) node.data = node.data.replace(node.data.trim(), words[key]);
  }
}

async function start() {
  const [{ createApp, h }, engine, xml] = await Promise.all([
    import("vue"),
    import("web-forms"),
    fetch(`${known.form}/form.xml`).then((answer) => answer.text()),
  ]);
  const form = {
    formXml: xml,
    fetchFormAttachment: fetchAttachment,
    submissionMaxSize: known.maxBytes,
    attachmentMaxSize: known.maxBytes,
    trackDevice: true,
    preloadProperties: { username: known.username },
    onSubmit: async (payload, done) => {
      if (sending) return;
      sending = true;
      tell("waiting", words.sending);
      try {
        if (await send(payload)) done({ next: engine.POST_SUBMIT__NEW_INSTANCE });
      } finally {
        sending = false;
      }
    },
  };
  const place = document.getElementById("form");
  const app = createApp({ render: () => h(engine.OdkWebForm, form) });
  app.use(engine.webFormsPlugin).mount(place);
  if (!window.isSecureContext) tell("waiting", words.no_gps);
  place.addEventListener("input", () => (filled = true));
  addEventListener("beforeunload", (event) => filled && event.preventDefault());
  new MutationObserver(() => translate(document.body)).observe(document.body, { childList: true, subtree: true });
  translate(document.body);
}

start().catch((error) => tell("error", `${words.failed} ${error}`));
