/* A SCORM 1.2 player for tests: records every call and answers as Moodle 4.5 does.
   ?mode= lesson mode, ?learner= student id. What it "stores" outlives the page; what is committed while the computer
   is offline is lost although the answer is "true", and is not sent again unless it changes. As Moodle does at each
   login and after each upgrade, opening the player empties the rest of localStorage. */
"use strict";
Object.keys(localStorage).filter((name) => !name.startsWith("lms:")).forEach((name) => localStorage.removeItem(name));
const asked = new URLSearchParams(location.search);
const learner = asked.get("learner") || "stagiaire-1";
const shelf = `lms:${learner}`;
const stored = JSON.parse(localStorage.getItem(shelf) || "{}");
const READ_ONLY = ["cmi.core.student_id", "cmi.core.lesson_mode", "cmi.core.entry", "cmi.core.credit"];
const FORMS = {
  "cmi.core.session_time": /^\d{2,4}:[0-5]\d:[0-5]\d(\.\d{1,2})?$/,
  "cmi.core.lesson_status": /^(passed|completed|failed|incomplete|browsed)$/,
  "cmi.core.exit": /^(time-out|suspend|logout|)$/,
  "cmi.core.lesson_location": /^[\x20-\x7e]{0,255}$/,
  "cmi.suspend_data": /^[\x20-\x7e]{0,4000}$/,
};
const values = {
  "cmi.core.lesson_status": "not attempted", "cmi.core.lesson_location": "", "cmi.suspend_data": "",
  "cmi.core.exit": "", ...stored,
  "cmi.core.student_id": learner, "cmi.core.lesson_mode": asked.get("mode") ?? "normal",
  "cmi.core.entry": stored["cmi.core.exit"] === "suspend" ? "resume" : "", "cmi.core.credit": "credit",
};
const sent = { ...values };
let open = false;
window.calls = [];
function note(name, ...parts) {
  window.calls.push([name, ...parts]);
}
function store() {
  const news = {};
  for (const [name, value] of Object.entries(values)) {
    if (!READ_ONLY.includes(name) && sent[name] !== value) {
      news[name] = value;
      sent[name] = value;
    }
  }
  if (navigator.onLine) {
    const before = JSON.parse(localStorage.getItem(shelf) || "{}");
    localStorage.setItem(shelf, JSON.stringify({ ...before, ...news }));
  }
  return "true";
}
window.API = {
  LMSInitialize(argument) { note("LMSInitialize", argument); open = true; return "true"; },
  LMSGetValue(name) { note("LMSGetValue", name); return values[name] ?? ""; },
  LMSSetValue(name, value) {
    note("LMSSetValue", name, String(value));
    const form = FORMS[name];
    const right = open && form && form.test(String(value));
    if (!right) { note("REFUSED", name, String(value)); return "false"; }
    values[name] = String(value);
    return "true";
  },
  LMSCommit(argument) { note("LMSCommit", argument); return open ? store() : "false"; },
  LMSFinish(argument) {
    note("LMSFinish", argument);
    if (values["cmi.core.lesson_status"] === "not attempted") { values["cmi.core.lesson_status"] = "completed"; }
    store();
    open = false;
    localStorage.setItem(`${shelf}:calls`, JSON.stringify(window.calls));
    return "true";
  },
  LMSGetLastError() { return "0"; },
  LMSGetErrorString() { return ""; },
  LMSGetDiagnostic() { return ""; },
};
