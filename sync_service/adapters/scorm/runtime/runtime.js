/* A module's runtime: SCORM 1.2, one SCO, no score. Written from the specification.
   Nothing is written outside normal mode. Answers of the self-assessment never leave the browser. */
"use strict";
const byId = (id) => document.getElementById(id);
const all = (selector) => Array.from(document.querySelectorAll(selector));
const pages = all(".page");
const ids = pages.map((page) => page.id);
const form = document.querySelector("form");
const moduleTitle = document.title;
const opened = Date.now();

function findApi() {
  const climb = (start) => {
    for (let here = start, steps = 99; here && steps; here = here.parent, steps -= 1) {
      try {
        if (here.API) { return here.API; }
      } catch (error) { /* another origin: look above it */ }
      if (here === here.parent) { break; }
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
if (writing && !ended) {
  set("cmi.core.lesson_status", "incomplete");
  api.LMSCommit("");
}

/* Browser storage may be forbidden or full: then nothing is kept, and nothing breaks. */
const key = ["cyclesync", document.documentElement.dataset.identifier, get("cmi.core.student_id")].join(":");
function keep(suffix, text) {
  try {
    if (text === null) { localStorage.removeItem(key + suffix); } else { localStorage.setItem(key + suffix, text); }
  } catch (error) { /* as said */ }
}
function kept(suffix) {
  try { return localStorage.getItem(key + suffix) || ""; } catch (error) { return ""; }
}

/* v1;token;page;seen;quiz;done;seconds. The token names the attempt: unsent state is replayed into it alone. */
function decode(text) {
  const [version, token, page, seen, quiz, done, seconds] = text.split(";");
  if (version !== "v1" || seconds === undefined) { return null; }
  return { token, page, seen: ids.filter((id) => seen.split(",").includes(id)), quiz: quiz === "1",
    done: done === "1", seconds: Number(seconds) || 0 };
}
const elapsed = () => Math.max(0, Date.now() - opened) / 1000;
const encode = () => ["v1", state.token, state.page, state.seen.join(","), Number(state.quiz), Number(state.done),
  Math.round(state.seconds + elapsed())].join(";");

const fresh = { token: "", page: "", seen: [], quiz: false, done: false, seconds: 0 };
const state = decode(get("cmi.suspend_data")) || fresh;
state.page = get("cmi.core.lesson_location") || state.page;
const unsent = writing ? decode(kept("")) : null;
if (unsent && unsent.token === state.token) {
  state.page = unsent.page;
  state.seen = ids.filter((id) => state.seen.includes(id) || unsent.seen.includes(id));
  state.quiz ||= unsent.quiz;
  state.done ||= unsent.done;
  state.seconds = Math.max(state.seconds, unsent.seconds);
}
state.token ||= Math.random().toString(36).slice(2, 10);
state.done ||= ended;

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

/* Moodle answers "true" to a commit that never left the computer: ask for a file of ours first. */
async function reachable() {
  if (!/^http/.test(location.protocol)) { return true; }
  if (navigator.onLine === false) { return false; }
  try {
    const answer = await fetch("runtime/ping.txt", { cache: "no-store" });
    return answer.ok && (await answer.text()).trim() === "cyclesync";
  } catch (error) { return false; }
}

let lost = false;
let saving = 0;
let over = false;
async function save() {
  if (!writing) { return; }
  keep("", encode());
  saving += 1;
  const up = await reachable();
  saving -= 1;
  if (over) { return; }
  const before = lost;
  lost = !(up && commit());
  if (!lost) { keep("", null); }
  tell(lost ? "offline" : state.done ? "done" : before ? "back" : "");
}

const usual = !live ? "alone" : writing ? "" : mode === "browse" ? "browse" : "review";
function tell(kind) {
  const name = kind || usual;
  const text = name ? byId(`text-${name}`).content.textContent.trim() : "";
  const message = byId("message");
  if (message.textContent !== text) { message.textContent = text; }
  message.dataset.kind = name;
}

function finishWhenAllDone() {
  if (ids.every((id) => state.seen.includes(id)) && (state.quiz || !form)) { state.done = true; }
}

function show(id, moved) {
  const index = Math.max(0, ids.indexOf(id));
  state.page = ids[index];
  if (!state.seen.includes(state.page)) { state.seen.push(state.page); }
  finishWhenAllDone();
  pages.forEach((page, place) => { page.hidden = place !== index; });
  all("nav a").forEach((link, place) => {
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

function checkForm() {
  const full = all("fieldset").every((group) => group.querySelector(":checked"));
  byId("closing").hidden = !full;
  return full;
}
if (form) {
  const answers = new URLSearchParams(kept(":answers"));
  answers.forEach((value, name) => {
    const box = byId(`level-${name}-${value}`);
    if (box) { box.checked = true; }
  });
  checkForm();
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", () => {
    keep(":answers", new URLSearchParams(new FormData(form)).toString());
    if (checkForm() && !state.quiz) {
      state.quiz = true;
      finishWhenAllDone();
      save();
    }
  });
  form.addEventListener("reset", () => {
    keep(":answers", null);
    setTimeout(checkForm, 0);
  });
}

all("nav a").forEach((link, place) => link.addEventListener("click", (event) => {
  event.preventDefault();
  show(ids[place], true);
}));
byId("previous").addEventListener("click", () => step(-1));
byId("next").addEventListener("click", () => step(1));
byId("finish").addEventListener("click", () => {
  state.done = true;
  byId("finish").hidden = true;
  byId("message").focus();
  save();
});
["online", "offline"].forEach((name) => window.addEventListener(name, save));
document.addEventListener("visibilitychange", () => {
  if (!writing || over) { return; }
  if (!document.hidden) {
    if (lost) { save(); }
  } else if (!lost && !saving) {
    keep("", encode());
    commit();
  }
});
/* Outside normal mode Moodle would turn a bare LMSFinish into a completed attempt: say nothing at all. */
window.addEventListener("pagehide", () => {
  if (!writing || over) { return; }
  over = true;
  keep("", encode());
  write();
  api.LMSFinish("");
});
window.addEventListener("pageshow", (event) => { if (event.persisted) { location.reload(); } });

document.documentElement.classList.add("ready");
tell("");
show(state.page, false);
