// The page on which a reviewer adjudicates: single keys. Forms and links do all else, with or without this script.
// Loaded after parts.js and search.js.
"use strict";

const main = document.getElementById("record");
const card = main.querySelector("form.card");
const shownAt = performance.now();
const isLeft = new Set(); // forms that were sent: one key held down too long sends nothing twice

function submit(form, button) {
  if (isLeft.has(form)) return;
  form.requestSubmit(button);
}

function follow(id) { document.getElementById(id)?.click(); }

function undo() {
  const form = document.getElementById("undo");
  const button = form.querySelector("button");
  if (button.disabled) say("There is nothing to undo."); else submit(form, button);
}

document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  if (isLeft.has(event.target)) { event.preventDefault(); return; }
  isLeft.add(event.target);
  if (event.target === card) card.elements.spent_ms.value = String(Math.round(performance.now() - shownAt));
});
window.addEventListener("pageshow", () => isLeft.clear()); // the browser may show a page again as it was left

if (card) {
  const note = card.elements.note;
  const sender = card.querySelector("[data-do=return]");

  // While a record is about to be sent back, Enter in the note sends it.
  const sendBack = (isAbout) => {
    card.classList.toggle("returning", isAbout);
    card.querySelector(".note-for").textContent = isAbout ? "What should annotators look at? Enter sends the record back, Esc does not." : "Note";
    if (isAbout) note.focus();
  };
  note.addEventListener("blur", () => sendBack(false));
  note.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !card.classList.contains("returning")) return;
    event.preventDefault();
    if (note.value.trim()) submit(card, sender); else say("Write a note first.");
  });
  sender.addEventListener("click", (event) => {
    if (note.value.trim()) return;
    event.preventDefault();
    sendBack(true);
    say("Write a note first.");
  });

  card.querySelector(".search").hidden = false;
  new Search(card);
  followVerdicts(main);
  describe(card);
  listenToKeys({
    card: () => card,
    once: {
      Enter: () => submit(card, card.querySelector(".primary")),
      s: () => card.querySelector("[data-do=skip]").click(),
      r: () => sendBack(true),
    },
    often: {
      "/": () => card.querySelector(".query").focus(),
      n: () => note.focus(),
      w: () => unfold(card.querySelector(".tags")),
    },
    always: { u: undo, l: () => follow("list") },
  });
} else {
  listenToKeys({ card: () => null, once: {}, often: {}, always: { u: undo, Enter: () => follow("first") } });
}
main.querySelector("h2").focus({ preventScroll: true });
