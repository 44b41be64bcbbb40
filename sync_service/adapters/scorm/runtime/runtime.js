/* One SCO. Nothing is written outside normal mode; answers leave the browser for a scored quiz only. */
const on = (target, name, action) => target.addEventListener(name, action);
const inside = (target, selector) => [...target.querySelectorAll(selector)];
const first = (target, selector) => target.querySelector(selector);
const sheet = document;
const byId = (id) => first(sheet, `#${id}`);
const all = (selector) => inside(sheet, selector);
const pages = all(".page");
pages.forEach((page) => { page.hidden = true; });
const ids = pages.map((page) => page.id);
const links = all("nav a");
const form = byId("assessment");
const scored = first(sheet, "[data-pass]");
const moduleTitle = sheet.title;

const api = (() => {
  const climb = (start) => {
    for (let here = start; here; here = here !== here.parent && here.parent) {
      try {
        if (here[API_NAME]) { return here[API_NAME]; }
      } catch { /* another origin */ }
    }
    return null;
  };
  return climb(parent) || climb(opener) || climb(top.opener);
})();
const call = (verb, ...values) => String(api[VERB + verb](...values));
const live = api && call("Initialize", "") === "true";
const get = (name) => (live ? call("GetValue", name) : "");
const set = (name, value) => call("SetValue", name, String(value));
const recorded = () => +get("cmi.interactions._count") || 0;
const mode = get(MODE);
const writing = live && (mode === "" || mode === "normal");
const ended = ENDED.test(get(STATUS));

/* What the browser keeps is in IndexedDB: Moodle empties localStorage at each login. Where it is forbidden, nothing
   is kept and nothing breaks. */
const key = `${first(sheet, "html").dataset.identifier}:${get(LEARNER)}`;
const shelf = new Promise((resolve) => {
  setTimeout(resolve, 5000);
  try {
    const opening = indexedDB.open("cyclesync");
    opening.onupgradeneeded = () => opening.result.createObjectStore("kept");
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => resolve();
  } catch { resolve(); }
});
async function ask(verb, ...values) {
  const base = await shelf;
  return base && new Promise((resolve) => {
    const deal = base.transaction("kept", "readwrite");
    const asking = deal.objectStore("kept")[verb](...values);
    asking.onsuccess = asking.onerror = () => resolve(asking.result);
    deal.commit?.(); // at once: a page that is left now does not take the last answer with it
  });
}
const keep = (suffix, text) => ask("put", text, key + suffix);
const kept = async (suffix) => (await ask("get", key + suffix)) || "";

/* v1;token;page;seen;quiz;done;seconds, then ;tries;best;answers of the quiz that is scored, or was. "quiz" tells
   whether the autopositionnement was done. The token names the attempt: unsent state is replayed into it alone. */
const unpack = (version, token, page, seen, quiz, done, spent, tries, best, answers) => version === "v1" && spent >= 0 && {
  token: token, page: page, seen: ids.filter((id) => seen.split(",").includes(id)), quiz: +quiz, done: +done,
  seconds: +spent, tries: +tries || 0, best: +best || 0, answers: answers || ""
};
const decode = (text) => unpack(...text.split(";"));
const remember = () => keep("", encode());
const elapsed = () => performance.now() / 1000;
const encode = () => ["v1", state.token, state.page, state.seen.join(","), +state.quiz, +state.done,
  Math.floor(state.seconds + elapsed()),
  ...(state.answers || state.tries ? [state.tries, state.best, state.answers] : [])].join(";");

/* An LMS counts a session when it is finished: what a killed browser could not finish is in our own count, and is
   added to this session. */
const STATE = "cmi.suspend_data";
const counted = read(get(TOTAL));
const state = decode(get(STATE)) || decode("v1;;;;;;");
state.page = get(PLACE) || state.page;
state.token ||= Math.random().toString(36).slice(2, 10);
state.done ||= ended;

/* What a scored quiz tells the LMS, one record per validated answer. Each knows its number in the LMS's journal: the
   unsent ones are written again at the next launch, and never twice. */
let journal = [];
function record(values) {
  const place = recorded();
  journal.push([place, values]);
  keep(":journal", journal);
  writeRecord(place, values);
  shown = elapsed();
}
const writeRecord = (place, values) => values.forEach(([name, value]) => set(`cmi.interactions.${place}.${name}`, value));

async function replay() {
  const unsent = writing && decode(await kept(""));
  if (!unsent || unsent.token !== state.token) { keep(":journal", ""); return; }
  /* Less time than the LMS knows of: the learner went on elsewhere since. */
  Object.assign(state, unsent.seconds >= state.seconds && unsent, {
    seen: ids.filter((id) => !isNew(id) || unsent.seen.includes(id)), quiz: state.quiz || unsent.quiz,
    done: state.done || unsent.done, best: Math.max(state.best, unsent.best)
  });
  journal = (await kept(":journal")) || [];
  const stored = recorded();
  /* Written again at its own place, what the LMS holds already does not change. */
  journal.filter(([place]) => place >= stored || unsent.seconds >= state.seconds)
    .forEach(([place, values]) => writeRecord(place, values));
}

/* What the LMS holds as passed stays so, even if a new version asks for more. */
const passed = () => won() || state.best >= scored.dataset.pass;
const tryLeft = () => !passed() && (scored.dataset.attempts === "0" || state.tries < scored.dataset.attempts);
function write() {
  if (state.page) { set(PLACE, state.page); }
  set(STATE, encode());
  if (scored && state.tries) {
    scores(state.best).forEach(([name, value]) => set(SCORE + name, value));
  }
  if (state.done && !ended) { writeStatus(!scored ? "completed" : passed() ? "passed" : "failed"); }
  writeProgress();
  set(EXIT, state.done ? LEAVING : "suspend");
  set(TIME, span(elapsed() + Math.max(0, state.seconds - counted)));
}
function commit() {
  write();
  return call("Commit", "") === "true";
}
/* At once, exit included: an LMS that only ever got this must give the state back at the next launch. */
if (writing && !ended) {
  writeStatus("incomplete");
  commit();
}

/* Moodle says "true" to a commit that never left the computer: ask for a file of ours first. */
const reachable = async () => !/^http/.test(location.protocol)
  || fetch("runtime/ping.txt", { cache: "no-store", signal: AbortSignal.timeout(9000) })
    .then((answer) => answer.text()).then((text) => /^cyclesync/.test(text), () => false);

let lost = false;
let saving = 0;
let over = !writing;
/* The line may fall between the question and the commit: ask again after it. Moodle sends a value once; when it is
   not known whether that one arrived, a saving that never ends leaves the journal to the next launch. */
async function save() {
  if (over) { return; }
  remember();
  saving += 1;
  const before = lost;
  const sent = await reachable() && (over || commit());
  lost = !(sent && await reachable());
  saving -= !(sent && lost);
  if (over) { return; }
  if (!lost && !saving) {
    keep("", "");
    keep(":journal", journal = []);
  }
  tell(lost ? "offline" : state.done ? (scored ? stage() : "done") : before ? "back" : gone);
}

const usual = !live ? "alone" : writing ? "" : mode;
const say = (name) => byId(`text-${name}`)?.content.textContent || "";
function tell(kind) {
  const name = kind || usual;
  const text = say(name);
  const message = byId("message");
  if (message.textContent !== text) { message.textContent = text; }
  message.dataset.kind = name;
}

const isNew = (id) => !state.seen.includes(id);
function checkDone() {
  state.done ||= (state.quiz || !form) && (!scored || (state.tries && !tryLeft()))
    && !ids.some(isNew);
}

let shown = 0;
let gone = "";
function show(id, moved) {
  const index = ids.indexOf(id);
  state.page = id;
  if (isNew(id)) { state.seen.push(id); }
  checkDone();
  pages.forEach((page, place) => { page.hidden = place !== index; });
  links.forEach((link, place) => {
    first(link, ".seen").hidden = isNew(ids[place]);
    link.setAttribute("aria-current", place === index ? "page" : "false");
  });
  const last = !ids[index + 1];
  byId("previous").hidden = !index;
  byId("next").hidden = last;
  byId("finish").hidden = !last || state.done || !writing || (scored && !state.tries);
  byId("place").textContent = index + 1;
  drawStage();
  const heading = first(pages[index], "h1");
  sheet.title = `${heading.textContent} – ${moduleTitle}`;
  shown = elapsed();
  if (moved) {
    gone = "";
    scrollTo(0, 0);
    heading.focus();
  }
  save();
}
const step = (by) => show(ids[ids.indexOf(state.page) + by], true);

async function fillForm() {
  new URLSearchParams(await kept(":answers")).forEach((value, name) => {
    (byId(`level-${name}-${value}`) || {}).checked = true;
  });
  checkForm();
}
function checkForm() {
  const full = all("#assessment fieldset").every((group) => first(group, ":checked"));
  byId("closing").hidden = !full;
  return full;
}
if (form) {
  fillForm();
  on(form, "change", () => {
    keep(":answers", new URLSearchParams(new FormData(form)).toString());
    if (checkForm() && !state.quiz) {
      state.quiz = true;
      checkDone();
      save();
    }
  });
  on(form, "reset", () => {
    keep(":answers", "");
    setTimeout(checkForm, 0);
  });
}

links.forEach((link, place) => on(link, "click", (event) => {
  event.preventDefault();
  show(ids[place], true);
}));
on(byId("previous"), "click", () => step(-1));
on(byId("next"), "click", () => step(1));
on(byId("finish"), "click", () => {
  state.done = true;
  show(state.page);
  byId("message").focus();
});
["online", "offline"].forEach((name) => on(window, name, save));
setInterval(() => {
  if (lost) { save(); } else if (!over) { remember(); }
}, 20000);
on(sheet, "visibilitychange", () => {
  if (!sheet.hidden) {
    if (lost) { save(); }
  } else if (!over && !lost && !saving) {
    remember();
    commit();
  }
});
/* Outside normal mode Moodle would make of a bare LMSFinish a completed attempt: say nothing. */
on(window, "pagehide", () => {
  if (over) { return; }
  over = true;
  remember();
  write();
  call(END, "");
});
on(window, "pageshow", (event) => event.persisted && location.reload());

