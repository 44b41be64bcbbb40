/* Each question is validated on its own, then explained; when all are, the result is shown and the quiz may be taken
   again. A form of method "dialog" is never submitted. A training quiz keeps its answers in the browser; a scored one in the state and in the LMS's journal. */
const fold = (text) => text.toLowerCase().replace(/œ/g, "oe").normalize("NFD")
  .replace(/[\u0300-\u036f]/g, "").replace(/[^a-z0-9]+/g, " ").trim();

async function startQuiz(quiz) {
  const counts = quiz === scored;
  const told = quiz.dataset;
  const shelfName = `:${told.name}`;
  const questions = inside(quiz, ".question");
  /* Answers that were sent while the quiz counted are still shown when it no longer does. */
  const given = new URLSearchParams(counts ? state.answers : (await kept(shelfName)) || (scored ? "" : state.answers));
  const rightOnes = () => questions.filter((question) => isRight(question, given.get(nameOf(question)))).length;
  const complete = () => questions.every((question) => given.has(nameOf(question)));

  function judge(tries) {
    if (complete()) {
      state.tries = tries;
      state.best = Math.max(state.best, Math.round(100 * rightOnes() / questions.length));
    }
  }
  /* A new version may have removed the only questions that were left. */
  if (counts && !over) { judge(state.tries || 1); }

  function draw() {
    questions.forEach((question) => drawQuestion(question, given.get(nameOf(question))));
    first(quiz, ".outcome").hidden = !complete();
    first(quiz, ".count").textContent = rightOnes();
    if (counts) {
      first(quiz, ".best").textContent = state.best;
      first(quiz, ".left").textContent = told.attempts - state.tries;
    }
    drawStage();
  }
  function changed() {
    if (counts) {
      state.answers = given.toString();
      checkDone();
      save();
    } else {
      keep(shelfName, given.toString());
    }
    draw();
  }
  questions.forEach((question) => on(first(question, ".check"), "click", () => {
    const value = answerOf(question);
    const verdict = first(question, ".verdict");
    const wrongForm = isNumber(question) && !/^-?\d+(\.\d+)?$/.test(value);
    if (!value || wrongForm) {
      verdict.textContent = say(value ? "number" : "empty");
      return;
    }
    given.set(nameOf(question), value);
    if (counts && !over) { record(recordOf(question, value)); }
    if (counts) { judge(state.tries + 1); }
    changed();
    verdict.focus();
  }));
  on(first(quiz, ".again"), "click", () => {
    questions.forEach((question) => given.delete(nameOf(question)));
    quiz.reset();
    changed();
    first(quiz, "input").focus();
  });
  draw();
}

/* Where a person is with the quiz that counts; each sentence about it names the stage at which it is true. */
const stage = () => !state.tries ? "new" : passed() ? "reached" : state.done || !tryLeft() ? "missed" : "left";
const drawStage = () => all("[data-when]").forEach((one) => { one.hidden = one.dataset.when !== stage(); });

const typedIn = (question) => first(question, "[type=text]");
const nameOf = (question) => question.dataset.name;
/* Only a number has a tolerance. */
const isNumber = (question) => question.dataset.tolerance;
const fields = (question) => inside(question, "input");
function answerOf(question) {
  const typed = typedIn(question);
  if (!typed) {
    return fields(question).filter((field) => field.checked).map((field) => field.value).join(".");
  }
  return isNumber(question) ? typed.value.replace(/\s/g, "").replace(",", ".") : typed.value.trim();
}
function isRight(question, value) {
  const right = question.dataset.right;
  if (isNumber(question)) { return Math.abs(value - right) <= +isNumber(question) + 1e-9; }
  return typedIn(question) ? right.split("|").includes(fold(value || "")) : value === right;
}

function drawQuestion(question, value) {
  const answered = value !== null;
  const right = answered && isRight(question, value);
  const typed = typedIn(question);
  const told = question.dataset;
  fields(question).forEach((field) => {
    field.disabled = answered;
    if (answered) { field.checked = value.split(".").includes(field.value); }
  });
  first(question, ".check").hidden = answered;
  const verdict = first(question, ".verdict");
  verdict.textContent = answered ? say(right ? "right" : "wrong") : "";
  verdict.dataset.kind = answered ? right : "";
  if (answered && typed) { typed.value = value; }
  const said = !answered ? [] : typed ? [right ? "right" : "wrong"]
    : (told.kind === "multiple" ? `${value}.${told.right}` : value).split(".");
  inside(question, ".feedback").forEach((one) => { one.hidden = !said.includes(one.dataset.for); });
}

/* Only forms that every LMS accepts: ASCII, 250 characters at most. First what was awaited, then what was given. */
function recordOf(question, value) {
  const told = question.dataset;
  const pair = isNumber(question) ? [range(told.right, told.tolerance), value]
    : typedIn(question) ? [told.right.split("|")[0], fold(value) || "-"]
    : [told.right, value].map((text) => letters(text.split(".").join(COMMA), told.kind));
  return [["id", plain(told.name)], ["type", told.type], [WHEN, now()], ["correct_responses.0.pattern", pair[0]],
    [RESPONSE, pair[1]], ["result", isRight(question, value) ? "correct" : WRONG], ["latency", span(elapsed() - shown)]];
}
