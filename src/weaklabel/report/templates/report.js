"use strict";
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const figure = (cell) => {
    const value = parseFloat(cell.textContent.replace(/,(?=\d{3}\b)/g, ""));
    return Number.isNaN(value) ? -Infinity : value;
  };
  [...table.tHead.rows[0].cells].forEach((header, column) => {
    const button = document.createElement("button");
    const isNumber = header.classList.contains("number");
    button.type = "button";
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => {
      const before = header.getAttribute("aria-sort");
      const falls = before ? before === "ascending" : isNumber;
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      header.setAttribute("aria-sort", falls ? "descending" : "ascending");
      const compare = (a, b) => isNumber
        ? figure(a.cells[column]) - figure(b.cells[column]) || 0
        : a.cells[column].textContent.localeCompare(b.cells[column].textContent, undefined, { numeric: true });
      body.append(...[...body.rows].sort((a, b) => (falls ? compare(b, a) : compare(a, b))));
    });
  });
}
for (const list of document.querySelectorAll("[data-filter]")) {
  const items = [...list.querySelectorAll("tbody tr, li.card")];
  if (items.length < 8) continue;
  const label = document.createElement("label");
  const input = document.createElement("input");
  const found = document.createElement("output");
  label.className = "filter";
  input.type = "search";
  label.append(list.dataset.filter + " ", input, " ", found);
  list.before(label);
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    let shown = 0;
    for (const item of items) {
      item.hidden = !item.textContent.toLowerCase().includes(wanted);
      shown += !item.hidden;
    }
    for (const more of list.querySelectorAll("details.more")) if (wanted) more.open = true;
    found.textContent = wanted ? shown + " of " + items.length : "";
  });
}
const contents = document.getElementById("contents");
const narrow = matchMedia("(max-width: 800px)");
const fold = () => { contents.open = !narrow.matches; };
narrow.addEventListener("change", fold);
fold();
contents.addEventListener("click", (event) => { if (narrow.matches && event.target.closest("a")) contents.open = false; });
const folded = new Set();
addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details:not([open])")) { folded.add(part); part.open = true; }
});
addEventListener("afterprint", () => {
  for (const part of folded) part.open = false;
  folded.clear();
});
