"use strict";
// Sorts and filters the table of the class. Without this script the same rows stand in the page as a plain table.
(() => {
  const plain = document.getElementById("plain");
  const place = document.getElementById("table");
  if (!plain || !place) return;
  // With scripting on, a browser keeps what is in <noscript> as text, so ten thousand rows cost nothing to lay out.
  const text = plain.textContent;
  const start = text.indexOf("<tbody>"), end = text.lastIndexOf("</tbody>");
  const lines = text.slice(start + 7, end).split("\n").filter((line) => line.startsWith("<tr "));
  place.innerHTML = text.slice(0, start) + "<tbody></tbody></table>";
  const table = place.querySelector("table"), body = table.tBodies[0], box = place.querySelector(".scroll") || place;
  const NAME = /<bdi>(.*?)<\/bdi>/, SCORE = /<td class="n w\d+">([^<]*)/, OUTCOMES = /data-o="([^"]*)"/, RUN = /data-r=(\w+)/;
  const ORDER = "pfhke-";
  const found = (line, pattern) => (pattern.exec(line) || ["", ""])[1];
  const rows = lines.map((line, index) => {
    const score = found(line, SCORE);
    return { line, index, name: found(line, NAME).toLowerCase(), score: score === "" ? -1 : Number(score),
      run: found(line, RUN), outcomes: found(line, OUTCOMES) };
  });
  const MANY = 300, SPARE = 15;
  let shown = rows, height = 33, drawn = "";

  const escape = (words) => words.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;")
    .replace(/"/g, "&#34;").replace(/'/g, "&#39;").toLowerCase();
  const spacer = (count) => count ? `<tr class=space aria-hidden=true><td colspan=${columns} height=${count * height}></td></tr>` : "";
  const columns = table.tHead.rows[0].cells.length;

  function draw(all) {
    let first = 0, last = shown.length;
    if (!all && shown.length > MANY) {
      first = Math.max(0, Math.floor(box.scrollTop / height) - SPARE);
      last = Math.min(shown.length, first + Math.ceil(box.clientHeight / height) + 2 * SPARE);
    }
    const key = `${first}-${last}`;
    if (key === drawn) return;
    drawn = key;
    let html = spacer(first);
    for (let i = first; i < last; i++) html += shown[i].line.replace("<tr ", `<tr aria-rowindex=${i + 2} `);
    body.innerHTML = html + spacer(shown.length - last);
  }

  const filter = document.getElementById("filter"), form = document.getElementById("controls");
  const run = document.getElementById("run"), criterion = document.getElementById("criterion");
  const outcome = document.getElementById("outcome"), count = document.getElementById("count");
  let sorted = { key: "", down: false };

  function value(row, key) {
    if (key === "name") return row.name;
    if (key === "score") return row.score;
    if (key === "run") return row.run;
    return ORDER.indexOf(row.outcomes[Number(key)] || "-");
  }

  function update() {
    const words = escape(filter.value.trim()), at = Number(criterion.value);
    const wanted = (row) => {
      if (words && !row.name.includes(words)) return false;
      if (run.value && row.run !== run.value) return false;
      if (!outcome.value) return true;
      return at < 0 ? row.outcomes.includes(outcome.value) : row.outcomes[at] === outcome.value;
    };
    shown = rows.filter(wanted);
    if (sorted.key !== "") {
      const sign = sorted.down ? -1 : 1;
      const keyed = shown.map((row) => [value(row, sorted.key), row]);
      keyed.sort((a, b) => (a[0] < b[0] ? -sign : a[0] > b[0] ? sign : a[1].index - b[1].index));
      shown = keyed.map((pair) => pair[1]);
    }
    place.classList.toggle("windowed", shown.length > MANY);
    table.setAttribute("aria-rowcount", shown.length + 1);
    count.textContent = shown.length === rows.length ? `${rows.length} students` : `${shown.length} of ${rows.length} students`;
    box.scrollTop = 0;
    drawn = "";
    draw(false);
    const row = body.querySelector("tr:not(.space)");
    if (row && shown.length > MANY) {
      const real = row.getBoundingClientRect().height;
      if (real > 5 && Math.abs(real - height) > 0.1) { height = real; drawn = ""; draw(false); }
    }
  }

  for (const head of table.tHead.rows[0].cells) {
    const key = head.dataset.key;
    if (key === undefined) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    if (head.title) button.title = head.title;
    head.append(button);
    button.addEventListener("click", () => {
      sorted = { key, down: sorted.key === key ? !sorted.down : key === "score" };
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", sorted.down ? "descending" : "ascending");
      update();
    });
  }
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(update));
  filter.addEventListener("input", update);
  for (const select of [run, criterion, outcome]) select.addEventListener("change", update);
  box.addEventListener("scroll", () => draw(false), { passive: true });
  addEventListener("resize", () => draw(false));
  addEventListener("beforeprint", () => { drawn = ""; place.classList.remove("windowed"); draw(true); });
  addEventListener("afterprint", update);
  update();
})();
