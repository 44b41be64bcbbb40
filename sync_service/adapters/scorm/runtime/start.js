tell("");
replay().then(() => {
  all(".quiz").forEach(startQuiz);
  /* A new version may have lost the page where the learner was: go on with what is still to be seen, and say so. */
  if (!ids.includes(state.page)) {
    gone = state.page && "moved";
    state.page = ids.find(isNew) || ids[0];
  }
  show(state.page);
});
