/* How SCORM 2004 4th edition names things and writes them. Without the exit "suspend", Moodle forgets everything. */
"use strict";
const API_NAME = "API_1484_11";
const VERB = "";
const END = "Terminate";
const MODE = "cmi.mode";
const LEARNER = "cmi.learner_id";
const PLACE = "cmi.location";
const EXIT = "cmi.exit";
const TIME = "cmi.session_time";
const TOTAL = "cmi.total_time";
const SCORE = "cmi.score.";
const STATUS = "cmi.completion_status";
const ENDED = /^completed$/;
const LEAVING = "suspend";
const WHEN = "timestamp";
const RESPONSE = "learner_response";
const WRONG = "incorrect";
const COMMA = "[,]";
const span = (seconds) => `PT${seconds.toFixed(2)}S`;
/* P1DT2H3M4.5S in seconds. */
const read = (text) => (text.match(/[\d.]+[DHMS]/g) || [])
  .reduce((sum, part) => sum + parseFloat(part) * { D: 86400, H: 3600, M: 60, S: 1 }[part.slice(-1)], 0);
const now = () => new Date().toISOString().slice(0, 19);
function writeStatus(status) {
  const judged = scored && status !== "incomplete";
  set(STATUS, judged ? "completed" : status);
  if (judged) { set("cmi.success_status", status); }
}
const won = () => get("cmi.success_status") === "passed";
const writeProgress = () => set("cmi.progress_measure", state.done ? 1 : (state.seen.length / ids.length).toFixed(2));
const scores = (best) => [["min", 0], ["max", 100], ["raw", best], ["scaled", best / 100]];
const letters = (value, kind) => (kind === "true-false" ? String(value === "t") : value);
const range = (value, tolerance) => [value - tolerance, +value + +tolerance].map((end) => +end.toFixed(6)).join("[:]");
const plain = (name) => name.replace(/-/g, "_");
