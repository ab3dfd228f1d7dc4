// Search of all tags on a card, as one types. Loaded after parts.js.
"use strict";

class Search {
  constructor(card) {
    this.card = card;
    this.query = card.querySelector(".query");
    this.list = card.querySelector(".hits");
    this.none = card.querySelector(".none");
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
    this.list.hidden = hits.length === 0;
    this.none.hidden = hits.length > 0;
    this.query.setAttribute("aria-expanded", String(hits.length > 0));
    this.move(hits.length ? 0 : -1);
    say(hits.length ? `${hits.length} ${hits.length > 1 ? "tags" : "tag"} found.` : "No tag found.");
  }

  close() {
    this.list.hidden = true;
    this.none.hidden = true;
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
