// The page on which annotators decide: the next record at once, whatever the server does; what is decided goes into the
// outbox. Loaded after parts.js, search.js and outbox.js.
"use strict";

const main = document.getElementById("record");
const trouble = document.getElementById("trouble");
const finished = document.getElementById("finished");
const waiting = document.getElementById("waiting");
const { annotator, csrf, leaseMinutes } = document.body.dataset;

const cards = [...main.querySelectorAll("form.card")]; // at hand; the first is shown
const outbox = new Outbox({ annotator, csrf, have: () => cards.map(idOf), take, warn });
const refusals = new Refusals(annotator, { afterwards: focusShown });
let current = null; // the card, or the message, that is shown
let shownAt = performance.now();

// ---- what is shown

function show({ focus = true } = {}) {
  cards.forEach((card, i) => { card.hidden = i > 0; });
  waiting.hidden = cards.length > 0 || outbox.isEmpty;
  finished.hidden = cards.length > 0 || !outbox.isEmpty;
  const shown = cards[0] ?? (waiting.hidden ? finished : waiting);
  if (shown === current) return;
  current = shown;
  shownAt = performance.now();
  if (cards.length) describe(shown);
  if (!focus) return;
  focusShown();
  window.scrollTo({ top: 0 });
}

function focusShown() { (current.querySelector("h2") ?? current).focus({ preventScroll: true }); }

function prepare(card) {
  for (const part of card.querySelectorAll("[data-do], .search")) part.hidden = false;
  if (task === "multiclass") for (const part of card.querySelectorAll("[data-do=accept], [data-do=reject]")) part.hidden = true;
  new Search(card);
}

function warn(text, { isStuck = false } = {}) {
  trouble.querySelector("span").textContent = text;
  for (const button of trouble.querySelectorAll("button")) button.hidden = !isStuck;
  trouble.hidden = !text;
}

function place(dealt, { first = false } = {}) {
  const left = outbox.records;
  for (const { record, html } of dealt) {
    if (left.includes(record)) continue;
    const known = cards.find((card) => idOf(card) === record);
    if (known) drop(known);
    const template = document.createElement("template");
    template.innerHTML = html; // rendered by the server, which escapes every value
    const card = template.content.querySelector("form.card");
    prepare(card);
    card.hidden = true;
    main.insertBefore(card, waiting);
    if (first) cards.unshift(card); else cards.push(card);
  }
}

function drop(card) {
  cards.splice(cards.indexOf(card), 1);
  card.remove();
}

function idOf(card) { return card.dataset.record; } // as JSON, a text: numbers may be larger than a script can hold

function titleOf(card) { return card.querySelector("h2").textContent; }

// ---- what is done

function finish(path, word) {
  const card = cards[0];
  if (!card) return;
  card.elements.spent_ms.value = String(Math.round(performance.now() - shownAt));
  const fields = [...new FormData(card)].filter(([name]) => name !== "csrf");
  say(`${titleOf(card)}${word}.`);
  drop(card);
  outbox.post(path, titleOf(card), fields);
  show();
}

function save() {
  if (cards.length && needsClass(cards[0])) say(describe(cards[0])); else finish("/decisions", " sent");
}

const skip = () => finish("/skip", ": skip sent");

function accept() {
  if (task !== "multiclass") for (const offer of offersOf(cards[0])) choose(offer, "yes");
  save();
}

// Every suggested tag is no, but those above a tag that stays.
function reject() {
  const staying = offersOf(cards[0]).filter((offer) => offer.dataset.source !== "suggested" && verdictOf(offer) === "yes");
  const above = new Set(staying.flatMap((offer) => JSON.parse(offer.dataset.above)));
  for (const offer of cards[0].querySelectorAll(".offer[data-source=suggested]")) choose(offer, above.has(offer.dataset.tag) ? "yes" : "no");
  save();
}

function undo() { outbox.post("/undo", "Undo", [["key", newKey()]]); }

// ---- what is answered

function take(answer, { path, about }) {
  const [before] = cards;
  if (answer.status !== 200) {
    const text = [answer.what, answer.fix].filter(Boolean).join(" ");
    if (path === RENEWAL) warn(text); else refusals.add(`${about}: ${text}`);
    if (!cards.length && path !== RENEWAL) renew();
    show();
    return;
  }
  warn("");
  for (const card of cards.filter((card) => !answer.desk.includes(idOf(card)))) drop(card);
  if (before && !cards.includes(before)) refusals.add(`${titleOf(before)} is not before you any more: another annotator has it, or it is done.`);
  place(answer.cards, { first: Boolean(answer.is_undone) });
  document.getElementById("progress").innerHTML = answer.progress;
  if (answer.is_undone && cards.length) say(`Undone: ${titleOf(cards[0])} is before you again.`);
  if (answer.is_lost) say("Undone. That record is not open to you any more.");
  show();
}

function renew() { outbox.post(RENEWAL, "Your records", []); }

// ---- keys

const ONCE = { a: accept, x: reject, s: skip, Enter: save };
const OFTEN = {
  "/": () => cards[0].querySelector(".query").focus(),
  n: () => cards[0].elements.note.focus(),
  w: () => unfold(cards[0]),
};

listenToKeys({ card: () => cards[0], once: ONCE, often: OFTEN, always: { u: undo } });
followVerdicts(main);
main.addEventListener("click", ({ target }) => {
  const action = target.closest("button[type=button][data-do]")?.dataset.do;
  if (action) ({ accept, reject })[action]();
});
main.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.submitter?.dataset.do === "skip") skip(); else save();
});
document.getElementById("undo").addEventListener("submit", (event) => {
  event.preventDefault();
  undo();
});
trouble.querySelector("[data-do=again]").addEventListener("click", () => {
  focusShown();
  outbox.send();
});
trouble.querySelector("[data-do=give-up]").addEventListener("click", () => {
  warn("");
  outbox.giveUp();
  if (!cards.length) renew();
  show();
  focusShown();
});
window.addEventListener("beforeunload", (event) => {
  if (outbox.wouldBeLost) event.preventDefault();
});

setInterval(() => {
  if (document.visibilityState === "visible" && outbox.isEmpty) renew();
}, Number(leaseMinutes) * 60_000 / 3);

const left = outbox.records;
for (const card of [...cards]) if (left.includes(idOf(card))) drop(card);
cards.forEach(prepare);
show({ focus: false });
outbox.send();
