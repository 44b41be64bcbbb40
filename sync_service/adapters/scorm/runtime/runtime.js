/* SCORM 1.2, one SCO, no score. Nothing is written outside normal mode; answers never leave the browser. */
"use strict";
const byId = (id) => document.getElementById(id);
const all = (selector) => Array.from(document.querySelectorAll(selector));
const pages = all(".page");
pages.forEach((page) => { page.hidden = true; });
const ids = pages.map((page) => page.id);
const links = all("nav a");
const form = document.querySelector("form");
const moduleTitle = document.title;

function findApi() {
  const climb = (start) => {
    for (let here = start, below = null; here && here !== below; below = here, here = here.parent) {
      try {
        if (here.API) { return here.API; }
      } catch (error) { /* another origin */ }
    }
    return null;
  };
  return climb(window.parent) || climb(window.opener) || climb(window.top.opener);
}

const api = findApi();
const live = Boolean(api) && String(api.LMSInitialize("")) === "true";
const get = (name) => (live ? String(api.LMSGetValue(name)) : "");
const set = (name, value) => api.LMSSetValue(name, value);
const mode = get("cmi.core.lesson_mode");
const writing = live && (mode === "" || mode === "normal");
const ended = /^(completed|passed|failed)$/.test(get("cmi.core.lesson_status"));

/* What the browser keeps is in IndexedDB: Moodle empties localStorage at each login. Where it is forbidden, nothing
   is kept and nothing breaks. */
const key = `${document.documentElement.dataset.identifier}:${get("cmi.core.student_id")}`;
const shelf = new Promise((resolve) => {
  setTimeout(resolve, 2000);
  try {
    const opening = indexedDB.open("cyclesync");
    opening.onupgradeneeded = () => opening.result.createObjectStore("kept");
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => resolve();
  } catch (error) { resolve(); }
});
async function ask(verb, ...values) {
  const base = await shelf;
  return base && new Promise((resolve) => {
    const asking = base.transaction("kept", "readwrite").objectStore("kept")[verb](...values);
    asking.onsuccess = () => resolve(asking.result);
    asking.onerror = () => resolve();
  });
}
const keep = (suffix, text) => ask("put", text, key + suffix);
const kept = async (suffix) => (await ask("get", key + suffix)) || "";

/* v1;token;page;seen;quiz;done;seconds. The token names the attempt: unsent state is replayed into it alone. */
function decode(text) {
  const [version, token, page, seen, quiz, done, seconds] = text.split(";");
  if (version !== "v1" || seconds === undefined) { return null; }
  return { token, page, seen: ids.filter((id) => seen.split(",").includes(id)), quiz: quiz === "1",
    done: done === "1", seconds: +seconds };
}
const elapsed = () => performance.now() / 1000;
const encode = () => ["v1", state.token, state.page, state.seen.join(","), +state.quiz, +state.done,
  Math.round(state.seconds + elapsed())].join(";");

const state = decode(get("cmi.suspend_data")) || decode("v1;;;;;;");
state.page = get("cmi.core.lesson_location") || state.page;
state.token ||= Math.random().toString(36).slice(2, 10);
state.done ||= ended;
if (writing && !ended) {
  set("cmi.core.lesson_status", "incomplete");
  set("cmi.suspend_data", encode());
  api.LMSCommit("");
}

async function replay() {
  const unsent = writing && decode(await kept(""));
  if (!unsent || unsent.token !== state.token) { return; }
  state.page = unsent.page;
  state.seen = ids.filter((id) => state.seen.includes(id) || unsent.seen.includes(id));
  state.quiz ||= unsent.quiz;
  state.done ||= unsent.done;
  state.seconds = Math.max(state.seconds, unsent.seconds);
}

/* HHHH:MM:SS.ss */
function sessionTime() {
  const spent = Math.min(elapsed(), 35999999);
  const two = (number) => String(Math.floor(number)).padStart(2, "0");
  return `${two(spent / 3600).padStart(4, "0")}:${two((spent / 60) % 60)}:${two(spent % 60)}.${two((spent % 1) * 100)}`;
}

function write() {
  set("cmi.core.lesson_location", state.page);
  set("cmi.suspend_data", encode());
  if (state.done && !ended) { set("cmi.core.lesson_status", "completed"); }
  set("cmi.core.exit", state.done ? "" : "suspend");
  set("cmi.core.session_time", sessionTime());
}
function commit() {
  write();
  return String(api.LMSCommit("")) === "true";
}

/* Moodle says "true" to a commit that never left the computer: ask for a file of ours first. */
async function reachable() {
  if (!/^http/.test(location.protocol)) { return true; }
  try {
    const answer = await fetch("runtime/ping.txt", { cache: "no-store" });
    return answer.ok && (await answer.text()).trim() === "cyclesync";
  } catch (error) { return false; }
}

let lost = false;
let saving = 0;
let over = !writing;
async function save() {
  if (over) { return; }
  keep("", encode());
  saving += 1;
  const up = await reachable();
  saving -= 1;
  if (over) { return; }
  const before = lost;
  lost = !(up && commit());
  if (!lost) { keep("", ""); }
  tell(lost ? "offline" : state.done ? "done" : before ? "back" : "");
}

const usual = !live ? "alone" : writing ? "" : mode;
function tell(kind) {
  const name = kind || usual;
  const template = byId(`text-${name}`);
  const text = template ? template.content.textContent : "";
  const message = byId("message");
  if (message.textContent !== text) { message.textContent = text; }
  message.dataset.kind = name;
}

function checkDone() {
  state.done ||= (state.quiz || !form) && ids.every((id) => state.seen.includes(id));
}

function show(id, moved) {
  const index = Math.max(0, ids.indexOf(id));
  state.page = ids[index];
  if (!state.seen.includes(state.page)) { state.seen.push(state.page); }
  checkDone();
  pages.forEach((page, place) => { page.hidden = place !== index; });
  links.forEach((link, place) => {
    link.querySelector(".seen").hidden = !state.seen.includes(ids[place]);
    link.setAttribute("aria-current", place === index ? "page" : "false");
  });
  const last = index === ids.length - 1;
  byId("previous").hidden = index === 0;
  byId("next").hidden = last;
  byId("finish").hidden = !last || state.done || !writing;
  byId("place").textContent = index + 1;
  const heading = pages[index].querySelector("h1");
  document.title = `${heading.textContent} – ${moduleTitle}`;
  if (moved) {
    window.scrollTo(0, 0);
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
  const full = all("fieldset").every((group) => group.querySelector(":checked"));
  byId("closing").hidden = !full;
  return full;
}
if (form) {
  fillForm();
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", () => {
    keep(":answers", new URLSearchParams(new FormData(form)).toString());
    if (checkForm() && !state.quiz) {
      state.quiz = true;
      checkDone();
      save();
    }
  });
  form.addEventListener("reset", () => {
    keep(":answers", "");
    setTimeout(checkForm, 0);
  });
}

links.forEach((link, place) => link.addEventListener("click", (event) => {
  event.preventDefault();
  show(ids[place], true);
}));
byId("previous").addEventListener("click", () => step(-1));
byId("next").addEventListener("click", () => step(1));
byId("finish").addEventListener("click", () => {
  state.done = true;
  show(state.page);
  byId("message").focus();
});
["online", "offline"].forEach((name) => window.addEventListener(name, save));
document.addEventListener("visibilitychange", () => {
  if (over) { return; }
  if (!document.hidden) {
    if (lost) { save(); }
  } else if (!lost && !saving) {
    keep("", encode());
    commit();
  }
});
/* Outside normal mode Moodle would make of a bare LMSFinish a completed attempt: say nothing. */
window.addEventListener("pagehide", () => {
  if (over) { return; }
  over = true;
  keep("", encode());
  write();
  api.LMSFinish("");
});
window.addEventListener("pageshow", (event) => { if (event.persisted) { location.reload(); } });

tell("");
replay().then(() => show(state.page));
