/* A player for tests, of both editions: records every call and answers as Moodle 4.5 does. What SCORM 2004 writes is
   stored under SCORM 1.2's names, so that a test reads both alike. ?mode= lesson mode, ?learner= student id. What it "stores" outlives the page; what is committed while the computer
   is offline is lost although the answer is "true", and is not sent again unless it changes. As Moodle does at each
   login and after each upgrade, opening the player empties the rest of localStorage. */
"use strict";
Object.keys(localStorage).filter((name) => !name.startsWith("lms:")).forEach((name) => localStorage.removeItem(name));
const asked = new URLSearchParams(location.search);
const learner = asked.get("learner") || "stagiaire-1";
const shelf = `lms:${learner}`;
const stored = JSON.parse(localStorage.getItem(shelf) || "{}");
const READ_ONLY = ["cmi.core.student_id", "cmi.core.lesson_mode", "cmi.core.entry", "cmi.core.credit"];
const SAME = {
  "cmi.learner_id": "cmi.core.student_id", "cmi.mode": "cmi.core.lesson_mode", "cmi.location": "cmi.core.lesson_location",
  "cmi.exit": "cmi.core.exit",
};
const CODE = /^[A-Za-z0-9_.]{1,250}$/;
const ANSWER = /^[\x20-\x7e]{1,250}$/;
const SPAN = /^PT\d+(\.\d{1,2})?S$/;
const JOURNAL = {
  id: /^[!-~]{1,250}$/, type: /^(choice|true-false|numeric|fill-in)$/, time: /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/,
  "correct_responses.0.pattern": ANSWER, student_response: ANSWER, result: /^(correct|wrong)$/,
  latency: /^\d{2,4}:[0-5]\d:[0-5]\d(\.\d{1,2})?$/,
};
const JOURNAL_2004 = {
  ...JOURNAL, id: CODE, timestamp: /^20[23]\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d$/, learner_response: ANSWER,
  result: /^(correct|incorrect)$/, latency: SPAN,
};
const FORMS_2004 = {
  "cmi.completion_status": /^(completed|incomplete)$/, "cmi.success_status": /^(passed|failed)$/,
  "cmi.session_time": SPAN, "cmi.score.scaled": /^(0(\.\d{1,2})?|1)$/, "cmi.score.raw": /^\d{1,3}$/,
  "cmi.score.min": /^0$/, "cmi.score.max": /^100$/, "cmi.progress_measure": /^(0\.\d\d|1|1\.00)$/,
};
const FORMS = {
  "cmi.core.session_time": /^\d{2,4}:[0-5]\d:[0-5]\d(\.\d{1,2})?$/,
  "cmi.core.lesson_status": /^(passed|completed|failed|incomplete|browsed)$/,
  "cmi.core.exit": /^(time-out|suspend|logout|)$/,
  "cmi.core.lesson_location": /^[\x20-\x7e]{0,255}$/,
  "cmi.core.score.raw": /^\d{1,3}$/, "cmi.core.score.min": /^0$/, "cmi.core.score.max": /^100$/,
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
function formOf(name, forms, journal) {
  const [, place, field] = /^cmi\.interactions\.(\d+)\.(.+)$/.exec(name) || [];
  if (place !== undefined && +place > count()) { return undefined; }
  return place === undefined ? forms[name] : journal[field];
}
const count = () => new Set(Object.keys(values).map((name) => /^cmi\.interactions\.(\d+)\.id$/.exec(name)?.[1])
  .filter((place) => place !== undefined)).size;
const api = window.API = {
  LMSInitialize(argument) { note("LMSInitialize", argument); open = true; return "true"; },
  LMSGetValue(name) {
    note("LMSGetValue", name);
    return name === "cmi.interactions._count" ? String(count()) : values[name] ?? "";
  },
  LMSSetValue(name, value) {
    note("LMSSetValue", name, String(value));
    const form = formOf(name, FORMS, JOURNAL);
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
window.API_1484_11 = {
  Initialize: api.LMSInitialize,
  GetValue: (name) => api.LMSGetValue(SAME[name] || name),
  SetValue(name, value) {
    note("SetValue", name, String(value));
    const form = SAME[name] ? FORMS[SAME[name]] : formOf(name, { ...FORMS_2004, "cmi.suspend_data": FORMS["cmi.suspend_data"] }, JOURNAL_2004);
    if (!open || !form || !form.test(String(value))) { note("REFUSED", name, String(value)); return "false"; }
    values[SAME[name] || name] = String(value);
    return "true";
  },
  Commit: api.LMSCommit,
  Terminate: api.LMSFinish,
  GetLastError: () => "0",
};
if (asked.get("edition") === "2004-4") { delete window.API; } else { delete window.API_1484_11; }
