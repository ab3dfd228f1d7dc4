"""A person's browser on the review: Chromium, by keyboard."""

import time
from contextlib import contextmanager

WAIT_MS = 20_000


@contextmanager
def log_in(chromium, server, name, awaited="form.card", **options):
    """Open an annotator's link in a browser of their own, by keyboard; the page may not write to the console."""
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, **options)
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(server.links[name])
    wait_until(page, "document.activeElement.tagName === 'BUTTON'")
    page.keyboard.press("Enter")
    page.wait_for_selector(awaited)
    page.wait_for_load_state()  # the scripts have run: keys do something
    page.complaints = complaints
    yield page
    assert [text for text in complaints if "ERR_CONNECTION" not in text and "Failed to load" not in text] == []
    context.close()


def shown(page):
    """The id of the record that is shown."""
    return int(page.locator("form.card:visible").get_attribute("data-record"))


def wait_until(page, condition):
    """Wait until a condition holds. (Playwright's own wait evaluates a text in the page, which the policy forbids.)"""
    deadline = time.monotonic() + WAIT_MS / 1000
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, condition
        page.wait_for_timeout(10)


def settle(page):
    """Wait until the server has acknowledged all."""
    wait_until(
        page,
        "Object.keys(sessionStorage).filter((key) => key.startsWith('weaklabel-outbox'))"
        ".every((key) => JSON.parse(sessionStorage.getItem(key)).length === 0)",
    )


def kept(page, name):
    """How many acts of an annotator a tab keeps that the server has not acknowledged."""
    return page.evaluate("(key) => JSON.parse(sessionStorage.getItem(key) ?? '[]').length", f"weaklabel-outbox:{name}")


def contrasts(page):
    """Return the texts whose contrast with what is behind them is below 4.5 (WCAG 2, AA)."""
    return page.evaluate(
        """() => {
          const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
          const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
            .map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
            .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
          const behind = (one) => {
            for (; one; one = one.parentElement) {
              const colour = numbers(getComputedStyle(one).backgroundColor);
              if (colour.length < 4 || colour[3] > 0) return colour;
            }
          };
          return [...document.querySelectorAll("main *, header *")]
            .filter((one) => one.offsetParent && !one.closest('[disabled]'))
            .filter((one) => [...one.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
            .map((one) => [one, light(numbers(getComputedStyle(one).color)), light(behind(one))])
            .filter(([, a, b]) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5)
            .map(([one]) => one.textContent.trim());
        }"""
    )
