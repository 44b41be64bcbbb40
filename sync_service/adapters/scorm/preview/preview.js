/* An LMS for one author: keeps what the module says while this page is open, shows it, and loads the module again when
   its sources change. Both editions are answered; nothing leaves the computer. */
"use strict";
const byId = (id) => document.getElementById(id);
let values = {};
let number = 0;
let shown = "";

function row(parent, ...cells) {
  const line = document.createElement("tr");
  cells.forEach((text) => { line.appendChild(document.createElement("td")).textContent = text; });
  parent.appendChild(line);
}
function draw() {
  byId("values").replaceChildren();
  Object.keys(values).sort().forEach((name) => row(byId("values"), name, values[name]));
}
function note(text) {
  const line = document.createElement("li");
  line.textContent = text;
  byId("calls").appendChild(line);
  byId("calls-scroll").scrollTop = byId("calls").scrollHeight;
}

/* What the platform itself says: one person, in normal mode. */
const GIVEN = {
  "cmi.core.student_id": () => "apercu", "cmi.learner_id": () => "apercu",
  "cmi.core.lesson_mode": () => "normal", "cmi.mode": () => "normal",
  "cmi.interactions._count": () => String(number),
};
function read(name) { return GIVEN[name] ? GIVEN[name]() : values[name] || ""; }
function write(name, value) {
  values[name] = String(value);
  const place = /^cmi\.interactions\.(\d+)\.id$/.exec(name);
  if (place) { number = Math.max(number, Number(place[1]) + 1); }
  note(`${name} = ${value}`);
  draw();
  return "true";
}
function say(text) {
  note(text);
  return "true";
}
window.API = {
  LMSInitialize: () => say("LMSInitialize"), LMSFinish: () => say("LMSFinish"), LMSCommit: () => say("LMSCommit"),
  LMSGetValue: read, LMSSetValue: write, LMSGetLastError: () => "0", LMSGetErrorString: () => "", LMSGetDiagnostic: () => "",
};
window.API_1484_11 = {
  Initialize: () => say("Initialize"), Terminate: () => say("Terminate"), Commit: () => say("Commit"),
  GetValue: read, SetValue: write, GetLastError: () => "0", GetErrorString: () => "", GetDiagnostic: () => "",
};

function launch() { byId("lesson").src = "/module/index.html"; }
/* The module writes once more when it is left: forget everything only then. */
function forget() {
  values = {};
  number = 0;
  byId("calls").replaceChildren();
  draw();
  indexedDB.deleteDatabase("cyclesync");
  launch();
}
byId("restart").addEventListener("click", () => {
  byId("lesson").addEventListener("load", forget, { once: true });
  byId("lesson").src = "about:blank";
});

async function look() {
  try {
    const state = await (await fetch("/state", { cache: "no-store" })).json();
    if (byId("problems").textContent !== state.problems) { byId("problems").textContent = state.problems; }
    if (state.digest && state.digest !== shown) {
      shown = state.digest;
      launch();
    }
  } catch (error) {
    byId("problems").textContent = "L’aperçu est arrêté : relancez la commande.";
  }
}
look();
setInterval(look, 1000);
