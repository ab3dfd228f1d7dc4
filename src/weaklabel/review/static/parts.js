// What the pages share: verdicts on the tags of a card, single keys, and help.
"use strict";

const help = document.getElementById("help");
const { task } = document.body.dataset;
const KEYS_OFF = "weaklabel-keys-off";

function say(text) { document.getElementById("said").textContent = text; }

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

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

const needsClass = (card) => task === "multiclass" && !offersOf(card).some((offer) => ["yes", "unsure"].includes(verdictOf(offer)));

// Says what else a record has by the tag graph, where verdicts contradict it, and where a class is wanting.
function describe(card) {
  const verdicts = new Map(offersOf(card).map((offer) => [offer.dataset.tag, verdictOf(offer)]));
  const implied = new Set();
  const contradicted = new Map();
  for (const offer of offersOf(card)) {
    if (verdictOf(offer) !== "yes") continue;
    for (const above of JSON.parse(offer.dataset.above)) {
      if (verdicts.get(above) === "no") contradicted.set(above, [...(contradicted.get(above) ?? []), offer.dataset.tag]);
      else if (verdicts.get(above) !== "yes") implied.add(above);
    }
  }
  const also = implied.size ? [`With these, the record also has ${[...implied].sort().join(", ")}.`] : [];
  const contradictions = [...contradicted].map(([above, tags]) => `${above} is no, but under it ${tags.join(", ")} ${tags.length > 1 ? "are" : "is"} yes.`);
  const wanting = needsClass(card) ? ["No class is chosen yet: choose one, or unsure."] : [];
  const text = [...also, ...contradictions, ...wanting].join(" ");
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

// ---- keys

const isTyping = (element) => element.matches("input[type=text], textarea, select");

function unfold(card) {
  const all = [...card.querySelectorAll("details")];
  const isOpen = all.some((one) => one.open);
  for (const one of all) one.open = !isOpen;
}

// Single keys act on the card that is shown: digits choose verdicts, `often` and `once` name what other keys do (those of
// `once` not again while they are held down); `always` works without a card, too.
function listenToKeys({ card, once, often, always }) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help.open) return;
    if (isTyping(event.target)) {
      if (event.key === "Escape") event.target.closest("form").querySelector("h2")?.focus();
      return;
    }
    if (event.key === "Enter" && event.target.closest("a, button, summary, input")) return; // they know what to do
    if (event.key !== "Enter" && localStorage.getItem(KEYS_OFF)) return;
    const shown = card();
    const digit = event.key === "/" ? null : /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1]; // "/" may be Shift and 7
    if (event.key === "?") help.showModal();
    else if (event.key in always) event.repeat || always[event.key]();
    else if (!shown) return;
    else if (digit) {
      const offer = offersOf(shown)[Number(digit) - 1];
      if (offer) pick(offer, event.shiftKey ? "unsure" : verdictOf(offer) === "yes" ? "no" : "yes");
    } else if (event.key in once) event.repeat || once[event.key]();
    else if (event.key in often) often[event.key]();
    else return;
    event.preventDefault();
  });
}

// Keeps what is said of verdicts true when they are chosen with the mouse.
function followVerdicts(place) {
  place.addEventListener("change", ({ target }) => {
    const offer = target.closest(".offer");
    if (!offer) return;
    keepOneClass(offer);
    describe(offer.closest("form"));
  });
}

// ---- help

const openHelp = document.getElementById("open-help");
openHelp.hidden = false;
openHelp.addEventListener("click", () => help.showModal());
const singleKeys = document.getElementById("single-keys");
singleKeys.checked = !localStorage.getItem(KEYS_OFF);
singleKeys.addEventListener("change", () => {
  if (singleKeys.checked) localStorage.removeItem(KEYS_OFF); else localStorage.setItem(KEYS_OFF, "1");
});
