// What the page does beyond showing figures: the table of articles, its filters in the address, names of languages,
// the theme, printing. Everything that comes from articles is set as text, never as markup.

const at = (id) => document.getElementById(id);
const make = (name, values = {}, ...children) => {
  const element = Object.assign(document.createElement(name), values);
  element.append(...children);
  return element;
};
const number = new Intl.NumberFormat("en");

// --- names of languages -------------------------------------------------------------------------

const names = new Intl.DisplayNames(["en"], { type: "language", fallback: "code" });
const languageName = (tag) => {
  try {
    return tag ? names.of(tag) : "not known";
  } catch {
    return tag; // no BCP 47 tag
  }
};
for (const element of document.querySelectorAll("[data-language]")) {
  element.textContent = languageName(element.dataset.language);
}

// --- theme ----------------------------------------------------------------------------------------

const THEMES = ["auto", "light", "dark"];
const theme = at("theme");
const remembered = {
  get: () => {
    try {
      return localStorage.getItem("newscrawl-theme");
    } catch {
      return null; // a page from a file may not be allowed to
    }
  },
  set: (value) => {
    try {
      localStorage.setItem("newscrawl-theme", value);
    } catch {
      // it holds until the page is closed
    }
  },
};
const showTheme = (value) => {
  document.documentElement.dataset.theme = value;
  theme.querySelector("span").textContent = value;
};
theme.hidden = false;
showTheme(THEMES.includes(remembered.get()) ? remembered.get() : "auto");
theme.addEventListener("click", () => {
  const next = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length];
  showTheme(next);
  remembered.set(next);
});

// --- long lists of the overview fold ------------------------------------------------------------------

for (const more of document.querySelectorAll("tbody.more")) {
  const label = `Show ${number.format(more.rows.length)} more`;
  const button = make("button", { type: "button", className: "unfold", textContent: label });
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-controls", more.id);
  more.hidden = true;
  more.closest("table").after(button);
  button.addEventListener("click", () => {
    more.hidden = !more.hidden;
    button.setAttribute("aria-expanded", String(!more.hidden));
    button.textContent = more.hidden ? label : "Show fewer";
  });
}
at("view-overview").addEventListener("click", (event) => {
  const step = event.target.closest?.(".step");
  if (step) location.hash = `#articles?${new URLSearchParams({ from: step.dataset.from, to: step.dataset.to })}`;
});

// --- packs ------------------------------------------------------------------------------------------------

const decode = async (id) => {
  const text = atob(at(id).textContent);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
};
const pause = () => new Promise((resolve) => setTimeout(resolve));
const packs = new Map();
const pack = (index) => {
  if (!packs.has(index)) packs.set(index, decode(`pack-${index}`));
  return packs.get(index);
};

// --- the table --------------------------------------------------------------------------------------------

const EVERY = "*";
const FILTERS = ["q", "site", "language", "section", "source", "from", "to", "story"];
const WITHDRAWN = 1, NEAR = 2, REVISED = 4, TRANSLATION = 8;
const SLICE = 12; // milliseconds of work at a time
const SPARE = 10; // rows kept above and below what is seen
const PRINTED = 300;
const DAY = 86_400_000;

class Table {
  constructor({ names: known, columns, stories }, packSize) {
    Object.assign(this, { known, columns, stories, packSize });
    this.count = columns.title.length;
    this.orders = { day: Uint32Array.from({ length: this.count }, (_, i) => i) };
    this.editions = new Map();
    columns.story.forEach((story, i) => this.editions.set(story, [...(this.editions.get(story) ?? []), i]));
    this.folded = new Array(this.count);
    this.foldedTexts = new Array(this.count);
  }
  value = (column, i) => this.known[column][this.columns[column][i]];
  day = (i) => (this.columns.day[i] === null ? null : new Date(this.columns.day[i] * DAY).toISOString().slice(0, 10));
  marks = (i) => this.columns.marks[i];
  async text(i) {
    return (await pack(Math.floor(i / this.packSize)))[i % this.packSize];
  }
  /** All articles in the order of a column: newest first, or from A to Z. */
  order(key) {
    if (!this.orders[key]) {
      const compare = new Intl.Collator("en").compare;
      const ranks = key === "title" ? null : this.known[key].map((_, i) => i)
        .sort((a, b) => compare(this.known[key][a] ?? "", this.known[key][b] ?? ""));
      const rank = ranks && ranks.reduce((found, name, place) => ((found[name] = place), found), []);
      const column = this.columns[key];
      this.orders[key] = Uint32Array.from(this.orders.day).sort(
        (a, b) => (rank ? rank[column[a]] - rank[column[b]] : compare(column[a] ?? "", column[b] ?? "")) || a - b,
      );
    }
    return this.orders[key];
  }
  /** What is searched in of an article. */
  line(i) {
    return (this.folded[i] ??= fold(
      [this.columns.title[i], ...["site", "section", "source"].map((name) => this.value(name, i))].join("\n"),
    ));
  }
}

/** A text as it is searched: no case, no accents, so that "bao quoc te" finds "Báo Quốc Tế". */
const fold = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replaceAll("đ", "d");

const list = at("rows");
let table, found = [], shown = new Map(), current = -1, opened = null, search = 0, sort = "day", backward = false;
// current: place in `found` of the row that the keyboard is on; opened: {article, panel, height}.

const state = () => Object.fromEntries(new URLSearchParams(location.hash.split("?")[1] ?? ""));
const go = (values, how = "replaceState") => {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  const query = new URLSearchParams(given).toString();
  history[how](null, "", query ? `#articles?${query}` : "#articles");
  follow();
};

const follow = () => {
  const [name] = location.hash.slice(1).split("?");
  const view = name === "articles" ? "articles" : "overview";
  const changes = at(`view-${view}`).hidden;
  for (const other of ["overview", "articles"]) at(`view-${other}`).hidden = other !== view;
  for (const link of document.querySelectorAll("[data-view]")) {
    link.toggleAttribute("aria-current", link.dataset.view === view);
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
  }
  if (changes) scrollTo({ top: 0, behavior: "instant" });
  if (view === "overview" && name && name !== "overview") at(name)?.scrollIntoView();
  if (view === "articles" && at("search")) fill();
};
const fill = () => {
  const given = state();
  for (const key of ["q", "from", "to"]) if (at(key).value !== (given[key] ?? "")) at(key).value = given[key] ?? "";
  for (const key of ["site", "language"]) at(key).value = given[key] ?? EVERY;
  const chips = at("chips");
  chips.replaceChildren();
  for (const key of ["section", "source", "story"]) {
    if (given[key] === undefined) continue;
    const label = key === "story" ? "one story" : `${key}: ${given[key] || "not named"}`;
    const button = make("button", { type: "button", textContent: `${label} ×` });
    button.setAttribute("aria-label", `Remove the filter ${label}`);
    button.addEventListener("click", () => go({ ...state(), [key]: undefined }));
    chips.append(button);
  }
  at("clear").hidden = !FILTERS.some((key) => given[key] !== undefined);
  if (table) find(given);
};

/** Look for the articles that a filter lets through; gives way to a newer search, and to the page. */
const find = async (given) => {
  const mine = ++search;
  const words = fold(given.q ?? "").split(/\s+/).filter(Boolean);
  const tests = [];
  for (const key of ["site", "language", "section", "source"]) {
    if (given[key] === undefined) continue;
    const place = table.known[key].findIndex((name) => (name ?? "") === given[key]);
    tests.push((i) => table.columns[key][i] === place);
  }
  if (given.story !== undefined) {
    const place = table.stories.indexOf(given.story);
    tests.push((i) => table.columns.story[i] === place);
  }
  const days = [given.from, given.to].map((text) => (text ? Date.parse(text) / DAY : NaN));
  if (days.some((day) => !isNaN(day))) {
    tests.push((i) => {
      const day = table.columns.day[i];
      return day !== null && !(day < days[0]) && !(day > days[1]);
    });
  }
  const inside = at("inside").checked;
  if (words.length) {
    tests.push((i) => words.every((word) => table.line(i).includes(word) || (inside && table.foldedTexts[i]?.includes(word))));
  }
  list.setAttribute("aria-busy", "true");
  if (words.length && inside && !(await readTexts(mine))) return;
  const matching = [];
  const order = table.order(sort);
  let began = performance.now();
  for (let k = 0; k < order.length; k++) {
    const i = order[backward ? order.length - 1 - k : k];
    if (tests.every((test) => test(i))) matching.push(i);
    if ((k & 127) === 0 && performance.now() - began > SLICE) {
      await pause();
      if (mine !== search) return;
      began = performance.now();
    }
  }
  show(matching, given);
  list.removeAttribute("aria-busy");
};

/** Fold all texts, once; false when a newer search has begun. */
const readTexts = async (mine) => {
  for (let index = 0, first = 0; first < table.count; index++, first += table.packSize) {
    if (table.foldedTexts[first] !== undefined) continue;
    at("told").textContent = `Reading texts: ${number.format(first)} of ${number.format(table.count)} …`;
    const texts = await decode(`pack-${index}`); // not kept: a hundred thousand would fill the memory twice
    texts.forEach((text, i) => (table.foldedTexts[first + i] = fold(`${text.lead ?? ""}\n${text.body}\n${(text.authors ?? []).join("\n")}`)));
    await pause();
    if (mine !== search) return false;
  }
  return true;
};

const show = (matching, given) => {
  found = matching;
  current = Math.min(Math.max(current, 0), found.length - 1);
  if (opened) {
    const place = found.indexOf(opened.article);
    if (place < 0) close();
    else opened.place = current = place;
  }
  const all = found.length === table.count;
  at("told").textContent = all
    ? `${number.format(found.length)} ${found.length === 1 ? "article" : "articles"}`
    : `${number.format(found.length)} of ${number.format(table.count)} articles`;
  at("list").setAttribute("aria-rowcount", String(found.length + 1));
  at("list").hidden = !found.length;
  const nothing = at("nothing");
  nothing.hidden = found.length > 0;
  nothing.textContent = given.q
    ? `No article matches “${given.q}”${at("inside").checked ? "" : " in title, section or source; the texts were not searched"}.`
    : "No article is left by these filters.";
  for (const element of shown.values()) element.remove();
  shown.clear();
  draw();
  if (given.open !== undefined) openGiven(given);
};

// --- rows: only what is seen is in the page ---------------------------------------------------------------

const rowHeight = () => {
  const root = getComputedStyle(document.documentElement);
  return parseFloat(root.getPropertyValue("--row")) * parseFloat(root.fontSize);
};
const draw = () => {
  if (at("view-articles").hidden || !table) return;
  const height = rowHeight();
  const extra = opened ? opened.height : 0;
  const top = (place) => place * height + (opened && place > opened.place ? extra : 0);
  list.style.height = `${found.length * height + extra}px`;
  const seen = -list.getBoundingClientRect().top;
  const placeAt = (y) => Math.floor((opened && y > top(opened.place) + height ? Math.max(y - extra, top(opened.place)) : y) / height);
  let first = Math.max(0, placeAt(seen) - SPARE), last = Math.min(found.length, placeAt(seen + innerHeight) + SPARE);
  if (printing) [first, last] = [0, Math.min(found.length, PRINTED)];
  for (const [place, element] of shown) {
    if (place >= first && place < last) continue;
    if (element.contains(document.activeElement)) list.focus({ preventScroll: true });
    element.remove();
    shown.delete(place);
  }
  let before = list.firstElementChild;
  for (let place = first; place < last; place++) {
    let element = shown.get(place);
    if (!element) {
      element = row(place);
      shown.set(place, element);
      list.insertBefore(element, before);
    }
    element.style.transform = `translateY(${top(place)}px)`;
    before = element.nextElementSibling;
    if (opened && place === opened.place) {
      if (before !== opened.panel) list.insertBefore(opened.panel, before);
      opened.panel.style.transform = `translateY(${top(place) + height}px)`;
      before = opened.panel.nextElementSibling;
    }
  }
  if (opened && !shown.has(opened.place)) {
    if (opened.panel.contains(document.activeElement)) list.focus({ preventScroll: true });
    opened.panel.remove();
  }
  const stop = shown.has(current) ? current : first;
  for (const [place, element] of shown) element.querySelector("button").tabIndex = place === stop ? 0 : -1;
};
let drawing = 0;
const redraw = () => {
  drawing ||= requestAnimationFrame(() => {
    drawing = 0;
    draw();
  });
};

const cell = (name, ...children) => {
  const element = make("div", { className: name }, ...children);
  element.setAttribute("role", "cell");
  return element;
};
const row = (place) => {
  const i = found[place], tag = table.value("language", i);
  const button = make("button", { type: "button", dir: "auto", textContent: table.columns.title[i] ?? "(no title)" });
  button.dataset.place = place;
  button.setAttribute("aria-expanded", String(opened?.place === place));
  if (tag) button.lang = tag;
  const element = make("div", { className: table.marks(i) & WITHDRAWN ? "row gone" : "row" },
    cell("day", table.day(i) ?? "–"), cell("title", button), cell("site", table.value("site", i)), cell("language", languageName(tag)));
  element.setAttribute("role", "row");
  element.setAttribute("aria-rowindex", String(place + 2));
  return element;
};
const move = (place) => {
  if (!found.length) return;
  current = Math.min(Math.max(place, 0), found.length - 1);
  if (!shown.has(current)) {
    const height = rowHeight();
    const top = current * height + (opened && current > opened.place ? opened.height : 0);
    scrollTo({ top: list.getBoundingClientRect().top + scrollY + top - innerHeight / 2, behavior: "instant" });
    draw();
  }
  const button = shown.get(current).querySelector("button");
  for (const element of shown.values()) element.querySelector("button").tabIndex = -1;
  button.tabIndex = 0;
  button.focus({ preventScroll: true });
  button.closest(".row").scrollIntoView({ block: "nearest" });
};

// --- an article, in place -----------------------------------------------------------------------------------

const safe = (text) => /^https?:\/\//i.test(text ?? "");
const link = (text, label = text) => safe(text)
  ? make("a", { href: text, target: "_blank", rel: "noopener noreferrer", textContent: label })
  : make("bdi", { textContent: label });
const written = (name, text, tag, values = {}) => {
  const element = make(name, { dir: "auto", textContent: text, ...values });
  if (tag) element.lang = tag;
  return element;
};

const panel = (i, text) => {
  const tag = table.value("language", i), marks = table.marks(i);
  const done = make("button", { type: "button", className: "close", textContent: "Close (Esc)" });
  done.addEventListener("click", () => close(true));
  const authors = text.authors?.join(", ");
  const byline = make("p", { className: "byline" }, make("bdi", { textContent: table.value("site", i) }), ` · ${text.published_at ?? table.day(i) ?? "no day known"}`,
    ...(authors ? [" · ", make("bdi", { textContent: authors })] : []));
  const body = make("div", { className: "text" });
  if (tag) body.lang = tag;
  if (text.lead) body.append(written("p", text.lead, tag, { className: "lead" }));
  for (const paragraph of text.body.split(/\n\s*\n/)) if (paragraph) body.append(written("p", paragraph, tag));
  const article = make("article", {}, make("div", { className: "meta" }, byline, done), written("h2", table.columns.title[i] ?? "(no title)", tag), body);
  if (marks & WITHDRAWN) body.append(make("p", { className: "cut", textContent: "The page is gone; its text is no longer in the feed’s last line." }));
  if (text.cut) body.append(make("p", { className: "cut", textContent: `… ${number.format(text.cut - text.body.length)} more letters are in the feed.` }));
  article.append(facts(i, text, marks));
  const inner = make("div", {}, article);
  inner.setAttribute("role", "cell");
  const element = make("div", { className: "open" }, inner);
  element.setAttribute("role", "row");
  element.id = "open";
  return element;
};
const facts = (i, text, marks) => {
  const rows = [["Page", link(text.url)]];
  if (text.source_url && text.source_url !== text.url) rows.push(["Source", link(text.source_url)]);
  const source = [text.source_name, text.source_url_status].filter(Boolean).join(", ");
  if (source) rows.push(["From", make("bdi", { textContent: source })]);
  if (table.value("section", i)) rows.push(["Section", make("bdi", { textContent: table.value("section", i) })]);
  if (text.tags?.length) rows.push(["Tags", make("bdi", { textContent: text.tags.join(", ") })]);
  if (text.modified_at) rows.push(["Changed", text.modified_at]);
  rows.push(["Fetched", text.crawled_at ?? "–"]);
  if (text.discovered_via) rows.push(["Found in", link(text.discovered_via)]);
  if (marks & TRANSLATION) rows.push(["Translated", text.source_language ? `from ${languageName(text.source_language)}` : "yes"]);
  if (marks & REVISED) rows.push(["Revision", String(text.revision)]);
  if (marks & NEAR) rows.push(["Nearly equal", make("span", { textContent: `to ${text.near_duplicate_of}` })]);
  if (text.flags?.length) rows.push(["Flags", text.flags.join(", ")]);
  if (text.captions?.length) rows.push(["Pictures", make("div", {}, ...text.captions.map((caption) => written("div", caption)))]);
  const others = table.editions.get(table.columns.story[i]).filter((other) => other !== i);
  if (others.length) {
    rows.push(["Editions", make("div", { className: "editions" }, ...others.map((other) => {
      const button = make("button", { type: "button", textContent: `${languageName(table.value("language", other))}, ${table.value("site", other)}` });
      button.addEventListener("click", () => go({ story: table.stories[table.columns.story[i]], open: other }, "pushState"));
      return button;
    }))]);
  }
  return make("dl", { className: "facts" }, ...rows.flatMap(([name, value]) => [make("dt", { textContent: name }), make("dd", {}, value)]));
};

const sizes = new ResizeObserver(([entry]) => {
  if (opened && entry.target === opened.panel && opened.panel.isConnected) {
    opened.height = opened.panel.offsetHeight;
    draw();
  }
});
const open = async (place) => {
  const i = found[place];
  close();
  const element = panel(i, await table.text(i));
  if (found[place] !== i) return; // the list has changed meanwhile
  close();
  current = place;
  opened = { article: i, place, panel: element, height: 0 };
  const button = shown.get(place)?.querySelector("button");
  button?.setAttribute("aria-expanded", "true");
  button?.setAttribute("aria-controls", "open");
  draw();
  opened.height = element.offsetHeight;
  sizes.observe(element);
  draw();
};
const close = (focus = false) => {
  if (!opened) return;
  const { place, panel: element } = opened;
  sizes.disconnect();
  opened = null;
  element.remove();
  const button = shown.get(place)?.querySelector("button");
  button?.setAttribute("aria-expanded", "false");
  button?.removeAttribute("aria-controls");
  draw();
  if (focus) move(place);
};
const openGiven = async (given) => {
  const { open: wanted, ...rest } = given;
  history.replaceState(null, "", `#articles?${new URLSearchParams(rest)}`);
  const place = found.indexOf(Number(wanted));
  if (place < 0) return;
  move(place);
  await open(place);
};

list?.addEventListener("click", (event) => {
  const button = event.target.closest(".title button");
  if (!button) return;
  const place = Number(button.dataset.place);
  current = place;
  if (opened?.place === place) close(true);
  else open(place);
});
list?.addEventListener("keydown", (event) => {
  const onRow = event.target === list || event.target.closest(".title");
  const page = Math.max(1, Math.floor(innerHeight / rowHeight()) - 4);
  const places = { ArrowDown: current + 1, ArrowUp: current - 1, PageDown: current + page, PageUp: current - page, Home: 0, End: found.length - 1 };
  if (onRow && event.key in places && !event.altKey && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    if (event.key === "ArrowUp" && current <= 0) at("q").focus();
    else move(places[event.key]);
  }
});
document.addEventListener("keydown", (event) => {
  if (!at("q") || at("view-articles").hidden) return;
  const typing = event.target.closest("input, select, textarea");
  if (event.key === "/" && !typing) {
    event.preventDefault();
    at("q").focus();
    at("q").select();
  } else if (event.key === "Escape") {
    if (opened) close(true);
    else if (!typing) at("q").focus();
  } else if (event.key === "ArrowDown" && event.target === at("q")) {
    event.preventDefault();
    move(Math.max(0, current));
  }
});

// --- printing: what is looked at ----------------------------------------------------------------------------

let printing = false;
let unfolded = [];
addEventListener("beforeprint", () => {
  printing = true;
  unfolded = [...document.querySelectorAll("tbody.more[hidden], .rejects details:not([open])")];
  for (const element of unfolded) element.tagName === "DETAILS" ? (element.open = true) : (element.hidden = false);
  draw();
});
addEventListener("afterprint", () => {
  printing = false;
  for (const element of unfolded) element.tagName === "DETAILS" ? (element.open = false) : (element.hidden = true);
  draw();
});

// --- begin ----------------------------------------------------------------------------------------------------

const begin = async () => {
  const source = at("table");
  table = new Table(await decode("table"), Number(source.dataset.pack));
  for (const key of ["site", "language"]) {
    const label = (name) => (key === "language" ? languageName(name) : name);
    const options = table.known[key].map((name) => make("option", { value: name ?? "", textContent: label(name) }));
    options.sort((a, b) => a.textContent.localeCompare(b.textContent, "en"));
    at(key).append(...options);
  }
  for (const key of ["site", "language"]) {
    at(key).addEventListener("change", () => go({ ...state(), [key]: at(key).value === EVERY ? undefined : at(key).value }));
  }
  for (const key of ["from", "to"]) at(key).addEventListener("change", () => go({ ...state(), [key]: at(key).value || undefined }));
  at("q").addEventListener("input", () => go({ ...state(), q: at("q").value || undefined }));
  at("inside").addEventListener("change", () => find(state()));
  at("search").addEventListener("submit", (event) => {
    event.preventDefault();
    move(0);
  });
  at("clear").addEventListener("click", () => {
    go({});
    at("q").focus();
  });
  const heads = document.querySelectorAll("[data-sort]");
  const sorted = () => {
    for (const head of heads) {
      const down = (head.dataset.sort === "day") !== backward;
      if (head.dataset.sort === sort) head.parentElement.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.parentElement.removeAttribute("aria-sort");
    }
  };
  for (const head of heads) {
    head.addEventListener("click", () => {
      backward = sort === head.dataset.sort ? !backward : false;
      sort = head.dataset.sort;
      sorted();
      find(state());
    });
  }
  sorted();
  addEventListener("scroll", redraw, { passive: true });
  addEventListener("resize", redraw);
  follow();
};
addEventListener("hashchange", follow);
addEventListener("popstate", follow);
follow();
if (at("table")) {
  begin().catch((error) => {
    at("told").textContent = `The articles cannot be read: ${error.message}. A browser of 2023 or later is needed.`;
    throw error;
  });
}
