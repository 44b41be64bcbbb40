/* How SCORM 1.2 names things and writes them. */
"use strict";
const API_NAME = "API";
const VERB = "LMS";
const END = "Finish";
const MODE = "cmi.core.lesson_mode";
const LEARNER = "cmi.core.student_id";
const PLACE = "cmi.core.lesson_location";
const EXIT = "cmi.core.exit";
const TIME = "cmi.core.session_time";
const TOTAL = "cmi.core.total_time";
const SCORE = "cmi.core.score.";
const STATUS = "cmi.core.lesson_status";
const ENDED = /^(completed|passed|failed)$/;
const LEAVING = "";
const WHEN = "time";
const RESPONSE = "student_response";
const WRONG = "wrong";
const COMMA = ",";
const two = (number) => String(Math.floor(number)).padStart(2, "0");
/* HHHH:MM:SS.ss */
function span(seconds) {
  const spent = Math.min(seconds, 35999999);
  return `${two(spent / 3600).padStart(4, "0")}:${two((spent / 60) % 60)}:${two(spent % 60)}.${two((spent % 1) * 100)}`;
}
const read = (text) => text.split(":").reduce((sum, part) => sum * 60 + +part, 0);
const now = () => new Date().toTimeString().slice(0, 8);
const writeStatus = (status) => set(STATUS, status);
const won = () => get(STATUS) === "passed";
const writeProgress = () => {};
const scores = (best) => [["min", 0], ["max", 100], ["raw", best]];
const letters = (value) => value;
const range = (value) => value;
const plain = (name) => name;
