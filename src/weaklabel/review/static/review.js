// The page on which annotators decide: the next record at once. What is decided goes into an outbox, is sent in its
// order, and again with the same key until the server has answered: it is stored once, whatever breaks.
// Loaded after parts.js and search.js.
"use strict";

const main = document.getElementById("record");
const trouble = document.getElementById("trouble");
const finished = document.getElementById("finished");
const waiting = document.getElementById("waiting");
const { csrf, leaseMinutes } = document.body.dataset;
const OUTBOX = "weaklabel-outbox";

const cards = [...main.querySelectorAll("form.card")]; // at hand; the first is shown
const outbox = JSON.parse(sessionStorage.getItem(OUTBOX) ?? "[]"); // what no answer has come to yet
let shownAt = performance.now();
let isSending = false;

// ---- what is shown

function show({ focus = true } = {}) {
  cards.forEach((card, i) => { card.hidden = i > 0; });
  waiting.hidden = cards.length > 0 || outbox.length === 0;
  finished.hidden = cards.length > 0 || outbox.length > 0;
  shownAt = performance.now();
  if (cards.length) describe(cards[0]);
  if (!focus) return;
  (cards[0] ?? finished).querySelector("h2").focus({ preventScroll: true });
  window.scrollTo({ top: 0 });
}

function prepare(card) {
  for (const part of card.querySelectorAll("[data-do], .search")) part.hidden = false;
  if (task === "multiclass") for (const part of card.querySelectorAll("[data-do=accept], [data-do=reject]")) part.hidden = true;
  new Search(card);
}

function warn(text) {
  trouble.textContent = text;
  trouble.hidden = !text;
}

function place(dealt, { first = false } = {}) {
  for (const { record, html } of dealt) {
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

const idOf = (card) => card.dataset.record; // as JSON, a text: numbers may be larger than a script can hold
const titleOf = (card) => card.querySelector("h2").textContent;

// ---- what is done

function finish(path, word) {
  const card = cards[0];
  if (!card) return;
  card.elements.spent_ms.value = String(Math.round(performance.now() - shownAt));
  const fields = [...new FormData(card)].filter(([name]) => name !== "csrf");
  say(`${titleOf(card)} ${word}.`);
  drop(card);
  post(path, fields);
  show();
}

const save = () => finish("/decisions", "saved");
const skip = () => finish("/skip", "skipped");

function accept() {
  if (task !== "multiclass") for (const offer of offersOf(cards[0])) choose(offer, "yes");
  save();
}

function reject() {
  for (const offer of cards[0].querySelectorAll(".offer[data-source=suggested]")) choose(offer, "no");
  save();
}

function undo() { post("/undo", [["key", newKey()]]); }

// ---- the outbox

function post(path, fields) {
  outbox.push({ path, fields });
  keep();
  send();
}

function keep() { sessionStorage.setItem(OUTBOX, JSON.stringify(outbox)); }

async function send() {
  if (isSending) return;
  isSending = true;
  for (let failures = 0; outbox.length;) {
    const { path, fields } = outbox[0];
    const answer = await ask(path, fields);
    if (answer.status === 401 || answer.status === 403) { // another login may have taken this one's place
      warn(`${answer.what} What you decided is kept in this tab: open your link in it, or load the page again.`);
      break;
    }
    if (answer.retry) {
      failures += 1;
      warn(`Not saved yet: ${answer.what} Trying again.`);
      await new Promise((resolve) => setTimeout(resolve, Math.min(200 * 2 ** failures, 5000)));
      continue;
    }
    failures = 0;
    outbox.shift();
    keep();
    take(answer, path);
  }
  isSending = false;
}

async function ask(path, fields) {
  const have = JSON.stringify(cards.map(idOf));
  const body = new URLSearchParams([...fields, ["csrf", csrf], ["have", have]]);
  try {
    const response = await fetch(path, { method: "POST", body, headers: { Accept: "application/json" } });
    const answer = await response.json();
    const retry = response.status >= 500 || response.status === 429;
    return { ...answer, status: response.status, retry };
  } catch {
    return { status: 0, retry: true, what: "the server does not answer." };
  }
}

function take(answer, path) {
  const before = cards[0];
  if (answer.status !== 200) {
    warn([answer.what, answer.fix].filter(Boolean).join(" "));
    if (!cards.length && path !== "/leases") post("/leases", []);
    show({ focus: false });
    return;
  }
  warn("");
  for (const card of cards.filter((card) => !answer.desk.includes(idOf(card)))) drop(card);
  place(answer.cards, { first: Boolean(answer.is_undone) });
  document.getElementById("progress").innerHTML = answer.progress;
  if (answer.is_undone) say(`Undone: ${titleOf(cards[0])} is before you again.`);
  if (answer.is_lost) say("Undone. That record is not open to you any more.");
  if (cards[0] !== before) show();
}

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
window.addEventListener("beforeunload", (event) => {
  if (outbox.length && trouble.hidden) event.preventDefault();
});

setInterval(() => {
  if (document.visibilityState === "visible" && !outbox.length) post("/leases", []);
}, Number(leaseMinutes) * 60_000 / 3);

cards.forEach(prepare);
show({ focus: false });
send();
