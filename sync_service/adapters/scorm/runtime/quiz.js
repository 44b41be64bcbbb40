/* Each question is validated on its own, then explained; when all are, the result is shown and the quiz may be taken
   again. A training quiz keeps its answers in the browser; a scored one in the state and in the LMS's journal. */
const fold = (text) => text.toLowerCase().replace(/œ/g, "oe").normalize("NFD")
  .replace(/[\u0300-\u036f]/g, "").replace(/[^a-z0-9]+/g, " ").trim();

async function startQuiz(quiz) {
  const counts = quiz === scored;
  const shelfName = `:${quiz.dataset.name}`;
  const questions = inside(quiz, ".question");
  const given = new URLSearchParams(counts ? state.answers : await kept(shelfName));
  const again = first(quiz, ".again");
  const outcome = first(quiz, ".outcome");
  const rightOnes = () => questions.filter((question) => isRight(question, given.get(nameOf(question)))).length;
  const complete = () => questions.every((question) => given.has(nameOf(question)));

  function draw() {
    questions.forEach((question) => drawQuestion(question, given.get(nameOf(question))));
    outcome.hidden = !complete();
    first(quiz, ".count").textContent = rightOnes();
    if (counts) {
      first(quiz, ".reached").hidden = !passed();
      first(quiz, ".missed").hidden = passed();
    }
    again.hidden = !complete() || (counts && (state.done || !tryLeft()));
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
    const wrongForm = kindOf(question) === "numeric" && !/^-?\d+(\.\d+)?$/.test(value);
    if (!value || wrongForm) {
      verdict.textContent = say(value ? "number" : "empty");
      return;
    }
    given.set(nameOf(question), value);
    if (counts && !over) { record(recordOf(question, value)); }
    if (counts && complete()) {
      state.tries += 1;
      state.best = Math.max(state.best, Math.round((100 * rightOnes()) / questions.length));
    }
    changed();
    verdict.focus();
  }));
  on(again, "click", () => {
    questions.forEach((question) => given.delete(nameOf(question)));
    quiz.reset();
    changed();
    first(quiz, "input").focus();
  });
  on(quiz, "submit", (event) => event.preventDefault());
  draw();
}

const typedIn = (question) => first(question, "[type=text]");
const nameOf = (question) => question.dataset.name;
const kindOf = (question) => question.dataset.kind;
const fields = (question) => inside(question, "input");
function answerOf(question) {
  const typed = typedIn(question);
  if (!typed) {
    return fields(question).filter((field) => field.checked).map((field) => field.value).join(".");
  }
  return kindOf(question) === "numeric" ? typed.value.replace(/\s/g, "").replace(",", ".") : typed.value.trim();
}
function isRight(question, value) {
  const told = question.dataset;
  if (told.kind === "numeric") { return Math.abs(value - told.right) <= +told.tolerance + 1e-9; }
  return told.kind === "short-text" ? told.right.split("|").includes(fold(value || "")) : value === told.right;
}

function drawQuestion(question, value) {
  const answered = value !== null;
  const right = answered && isRight(question, value);
  fields(question).forEach((field) => {
    field.disabled = answered;
    if (answered) { field.checked = value.split(".").includes(field.value); }
  });
  first(question, ".check").hidden = answered;
  const verdict = first(question, ".verdict");
  verdict.textContent = answered ? say(right ? "right" : "wrong") : "";
  verdict.dataset.kind = answered ? right : "";
  if (answered && typedIn(question)) { typedIn(question).value = value; }
  const said = !answered ? [] : typedIn(question) ? [right ? "right" : "wrong"]
    : (kindOf(question) === "multiple" ? `${value}.${question.dataset.right}` : value).split(".");
  inside(question, ".feedback").forEach((one) => { one.hidden = !said.includes(one.dataset.for); });
}

/* Only forms that every LMS accepts: ASCII, 250 characters at most. */
function recordOf(question, value) {
  const told = question.dataset;
  const kind = told.kind;
  const joined = (text) => letters(text.split(".").join(COMMA), kind);
  let pattern = joined(told.right);
  let response = joined(value);
  if (kind === "numeric") {
    pattern = range(told.right, told.tolerance);
    response = value;
  } else if (kind === "short-text") {
    pattern = told.right.split("|")[0];
    response = fold(value) || "-";
  }
  return [["id", plain(told.name)], ["type", told.type], [WHEN, now()], ["correct_responses.0.pattern", pattern],
    [RESPONSE, response], ["result", isRight(question, value) ? "correct" : WRONG], ["latency", span(elapsed() - shown)]];
}
