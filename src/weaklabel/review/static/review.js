// The page of the review: single keys, search, and the next record at once. What is decided goes into an outbox, is sent
// in its order, and again with the same key until the server has answered: it is stored once, whatever breaks.
"use strict";

const main = document.getElementById("record");
const help = document.getElementById("help");
const trouble = document.getElementById("trouble");
const finished = document.getElementById("finished");
const waiting = document.getElementById("waiting");
const { csrf, task, leaseMinutes } = document.body.dataset;
const OUTBOX = "weaklabel-outbox";
const KEYS_OFF = "weaklabel-keys-off";

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

function say(text) { document.getElementById("said").textContent = text; }

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

// ---- verdicts

const offersOf = (card) => [...card.querySelectorAll(".offer")];
const verdictOf = (offer) => offer.querySelector("input:checked")?.value;

function choose(offer, verdict) {
  offer.querySelector(`input[value=${verdict}]`).checked = true;
  keepOneClass(offer);
}

function keepOneClass(offer) {
  if (task !== "multiclass" || verdictOf(offer) !== "yes") return;
  for (const other of offersOf(offer.closest("form"))) if (other !== offer) other.querySelector("input[value=no]").checked = true;
}

// Says what else a record has by the tag graph, and where verdicts contradict it.
function describe(card) {
  const verdicts = new Map(offersOf(card).map((offer) => [offer.dataset.tag, verdictOf(offer)]));
  const implied = new Set();
  const contradictions = [];
  for (const offer of offersOf(card)) {
    if (verdictOf(offer) !== "yes") continue;
    for (const above of JSON.parse(offer.dataset.above)) {
      if (verdicts.get(above) === "no") contradictions.push(`${above} is no, but ${offer.dataset.tag}, which is under it, is yes.`);
      else if (verdicts.get(above) !== "yes") implied.add(above);
    }
  }
  const also = implied.size ? [`With these, the record also has ${[...implied].sort().join(", ")}.`] : [];
  const text = [...also, ...contradictions].join(" ");
  const shown = card.querySelector(".implied");
  if (shown.textContent !== text) shown.textContent = text;
  return text;
}

function pick(offer, verdict) {
  choose(offer, verdict);
  describe(offer.closest("form"));
  say(`${offer.dataset.tag}: ${verdict}.`);
}

function renumber(card) {
  offersOf(card).forEach((offer, i) => {
    const legend = offer.querySelector("legend");
    const key = legend.querySelector("kbd") ?? legend.insertBefore(document.createElement("kbd"), legend.firstChild);
    key.textContent = String(i + 1);
    key.hidden = i >= 9;
  });
}

// ---- what is done

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

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
  if (answer.is_lost) say("Undone. Another annotator has that record now.");
  if (cards[0] !== before) show();
}

// ---- search

class Search {
  constructor(card) {
    this.card = card;
    this.query = card.querySelector(".query");
    this.list = card.querySelector(".hits");
    this.list.id = `hits-${newKey()}`;
    this.query.setAttribute("aria-controls", this.list.id);
    this.hits = [];
    this.at = -1;
    this.query.addEventListener("input", () => this.find());
    this.query.addEventListener("focus", () => this.find());
    this.query.addEventListener("blur", () => this.close());
    this.query.addEventListener("keydown", (event) => this.press(event));
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the query keeps the focus
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.pick([...this.list.children].indexOf(option));
    });
  }

  async find() {
    this.asked?.abort();
    this.asked = new AbortController();
    try {
      const address = `/tags?${new URLSearchParams({ q: this.query.value })}`;
      const response = await fetch(address, { headers: { Accept: "application/json" }, signal: this.asked.signal });
      if (response.ok) this.open(await response.json());
    } catch { /* a later letter asked anew, or the outbox tells that the server is away */ }
  }

  open(hits) {
    if (document.activeElement !== this.query) return;
    this.hits = hits;
    this.list.replaceChildren(...hits.map(({ option }, i) => {
      const item = document.createElement("li");
      item.setAttribute("role", "option");
      item.id = `${this.list.id}-${i}`;
      item.innerHTML = option;
      return item;
    }));
    const { top, bottom } = this.query.getBoundingClientRect();
    this.list.classList.toggle("up", top > window.innerHeight - bottom);
    this.list.hidden = false;
    this.query.setAttribute("aria-expanded", "true");
    this.move(hits.length ? 0 : -1);
    say(hits.length ? `${hits.length} tags found.` : "No tag found.");
    if (!hits.length) this.list.textContent = "No tag is spelt like it.";
  }

  close() {
    this.list.hidden = true;
    this.hits = [];
    this.query.setAttribute("aria-expanded", "false");
    this.query.removeAttribute("aria-activedescendant");
  }

  move(to) {
    this.at = to;
    [...this.list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === to)));
    const item = this.list.children[to];
    if (!item) { this.query.removeAttribute("aria-activedescendant"); return; }
    this.query.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  }

  press(event) {
    if (event.isComposing) return;
    const count = this.hits.length;
    if (event.key === "ArrowDown" && count) this.move((this.at + 1) % count);
    else if (event.key === "ArrowUp" && count) this.move((this.at - 1 + count) % count);
    else if (event.key === "Enter") this.pick(this.at);
    else return;
    event.preventDefault();
  }

  pick(i) {
    const hit = this.hits[i];
    if (!hit) return;
    const offer = offersOf(this.card).find((one) => one.dataset.tag === hit.tag) ?? this.add(hit.offer);
    this.query.value = "";
    this.close();
    pick(offer, "yes");
  }

  add(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    const offer = template.content.querySelector(".offer");
    this.card.querySelector(".offers.added").append(offer);
    renumber(this.card);
    return offer;
  }
}

// ---- keys

const isTyping = (element) => element.matches("input[type=text], textarea");

function unfold(card) {
  const all = [...card.querySelectorAll("details")];
  const isOpen = all.some((one) => one.open);
  for (const one of all) one.open = !isOpen;
}

const ONCE = { a: accept, x: reject, s: skip, Enter: save };
const OFTEN = {
  "/": () => cards[0].querySelector(".query").focus(),
  n: () => cards[0].elements.note.focus(),
  w: () => unfold(cards[0]),
};

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help.open) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape") event.target.closest("form").querySelector("h2").focus();
    return;
  }
  if (event.key === "Enter" && event.target.closest("a, button, summary, input")) return; // they know what to do
  if (event.key !== "Enter" && localStorage.getItem(KEYS_OFF)) return;
  const digit = event.key === "/" ? null : /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1]; // "/" may be Shift and 7
  if (event.key === "?") help.showModal();
  else if (event.key === "u") event.repeat || undo();
  else if (!cards.length) return;
  else if (digit) {
    const offer = offersOf(cards[0])[Number(digit) - 1];
    if (offer) pick(offer, event.shiftKey ? "unsure" : verdictOf(offer) === "yes" ? "no" : "yes");
  } else if (event.key in ONCE) event.repeat || ONCE[event.key]();
  else if (event.key in OFTEN) OFTEN[event.key]();
  else return;
  event.preventDefault();
}

document.addEventListener("keydown", press);
main.addEventListener("change", ({ target }) => {
  const offer = target.closest(".offer");
  if (!offer) return;
  keepOneClass(offer);
  describe(offer.closest("form"));
});
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

const openHelp = document.getElementById("open-help");
openHelp.hidden = false;
openHelp.addEventListener("click", () => help.showModal());
const singleKeys = document.getElementById("single-keys");
singleKeys.checked = !localStorage.getItem(KEYS_OFF);
singleKeys.addEventListener("change", () => {
  if (singleKeys.checked) localStorage.removeItem(KEYS_OFF); else localStorage.setItem(KEYS_OFF, "1");
});
setInterval(() => {
  if (document.visibilityState === "visible" && !outbox.length) post("/leases", []);
}, Number(leaseMinutes) * 60_000 / 3);

cards.forEach(prepare);
show({ focus: false });
send();
