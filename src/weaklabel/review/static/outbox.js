// What an annotator did and no answer has come to yet. It is sent in its order, again with the same key until the server
// has taken or refused it, and kept in the tab. Loaded after parts.js.
"use strict";

const REFUSED = [400, 409];
const LOCKED_OUT = [401, 403]; // another login may have taken this one's place
const RENEWAL = "/leases"; // by which nothing is lost

class Outbox {
  // `have` tells which records are at hand, `take` is given each answer, `warn` what is not sent, and what can be done.
  constructor({ annotator, csrf, have, take, warn }) {
    Object.assign(this, { csrf, have, take, warn });
    this.place = `weaklabel-outbox:${annotator}`;
    this.acts = JSON.parse(sessionStorage.getItem(this.place) ?? "[]");
    this.isSending = false;
    this.isLockedOut = false;
  }

  get isEmpty() { return this.acts.length === 0; }

  get wouldBeLost() { return !this.isLockedOut && this.acts.some(({ path }) => path !== RENEWAL); }

  // The records on which it holds a decision, as the cards name them.
  get records() { return this.acts.flatMap(({ fields }) => fields.filter(([name]) => name === "record").map(([, id]) => id)); }

  post(path, about, fields) {
    this.acts.push({ path, about, fields });
    this.keep();
    this.send();
  }

  giveUp() {
    this.acts.shift();
    this.keep();
    this.send();
  }

  keep() { sessionStorage.setItem(this.place, JSON.stringify(this.acts)); }

  async send() {
    if (this.isSending) return;
    this.isSending = true;
    for (let failures = 0; this.acts.length;) {
      const [act] = this.acts;
      const answer = await this.ask(act);
      this.isLockedOut = LOCKED_OUT.includes(answer.status);
      if (this.isLockedOut) {
        this.warn(`${answer.what} What you decided is kept in this tab: open your link in it, or load the page again.`);
        break;
      }
      if (answer.status === 0 || answer.status === 429 || answer.status >= 500) {
        failures += 1;
        this.warn(`Not saved yet: ${answer.what} Trying again.`);
        await new Promise((resolve) => setTimeout(resolve, Math.min(200 * 2 ** failures, 5000)));
        continue;
      }
      if (answer.status !== 200 && !REFUSED.includes(answer.status) && act.path !== RENEWAL) {
        const why = [answer.what, answer.fix].filter(Boolean).join(" ");
        this.warn(`${act.about} is not saved: ${why} It is kept in this tab.`, { isStuck: true });
        break;
      }
      failures = 0;
      this.acts.shift();
      this.keep();
      this.take(answer, act);
    }
    this.isSending = false;
  }

  async ask({ path, fields }) {
    const have = JSON.stringify([...this.have(), ...this.records]);
    const body = new URLSearchParams([...fields, ["csrf", this.csrf], ["have", have]]);
    try {
      const response = await fetch(path, { method: "POST", body, headers: { Accept: "application/json" } });
      return { ...await response.json(), status: response.status };
    } catch {
      return { status: 0, what: "the server does not answer." };
    }
  }
}

// What was refused, which nothing but the reader takes from sight.
class Refusals {
  constructor(annotator, { afterwards }) {
    this.place = `weaklabel-refused:${annotator}`;
    this.notice = document.getElementById("refused");
    this.afterwards = afterwards;
    for (const text of this.kept) this.show(text);
  }

  get kept() { return JSON.parse(sessionStorage.getItem(this.place) ?? "[]"); }

  set kept(texts) { sessionStorage.setItem(this.place, JSON.stringify(texts)); }

  add(text) {
    if (this.kept.includes(text)) return;
    this.kept = [...this.kept, text];
    this.show(text);
  }

  show(text) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Dismiss";
    button.addEventListener("click", () => {
      this.kept = this.kept.filter((one) => one !== text);
      item.remove();
      this.notice.hidden = this.kept.length === 0;
      this.afterwards();
    });
    item.append(`${text} `, button);
    this.notice.querySelector("ul").append(item);
    this.notice.hidden = false;
  }
}
