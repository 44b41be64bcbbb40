tell("");
replay().then(() => {
  all(".quiz").forEach(startQuiz);
  show(state.page);
});
