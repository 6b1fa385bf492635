// Keeps a page's parts up to date: fetches the page anew every few seconds, or when its events say so, and swaps what has changed.
const seconds = Number(document.body.dataset.refresh);
const toggle = document.querySelector("[data-toggle-live]");
const stored = "ccjobs-paused";
let paused = sessionStorage.getItem(stored) === "yes";
let running = false;
let again = false;
let timer;
let pressed = Promise.resolve();
let release = () => {};

function keyOf(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  if (element.hasAttribute("href")) return `a[href="${CSS.escape(element.getAttribute("href"))}"]`;
  const form = element.matches("button") && element.closest("form[action]");
  return form ? `form[action="${CSS.escape(form.getAttribute("action"))}"] button` : undefined;
}

// What someone is typing into, or has selected, is left alone.
function isInUse(part) {
  if (part.querySelector("details.confirm[open]")) return true;
  const active = document.activeElement;
  if (part.contains(active) && active.matches("input, select, textarea")) return true;
  const selection = getSelection();
  return selection && !selection.isCollapsed && part.contains(selection.anchorNode);
}

function swap(part, html) {
  const open = new Map([...part.querySelectorAll("details[id]")].map((details) => [details.id, details.open]));
  const scrolled = new Map([...part.querySelectorAll("details[id] > pre")].map((pre) => [pre.parentElement.id, pre.scrollTop]));
  const focused = part.contains(document.activeElement) ? keyOf(document.activeElement) : undefined;
  part.innerHTML = html;
  for (const details of part.querySelectorAll("details[id]")) {
    if (open.has(details.id)) details.open = open.get(details.id);
    const pre = details.querySelector(":scope > pre");
    if (pre && scrolled.has(details.id)) pre.scrollTop = scrolled.get(details.id);
  }
  if (focused) part.querySelector(focused)?.focus({ preventScroll: true });
}

async function refresh() {
  if (running) {
    again = true;
    return;
  }
  running = true;
  try {
    const answer = await fetch(location.href.replace(/#.*$/, ""), { cache: "no-store", redirect: "manual" });
    if (answer.type === "opaqueredirect") {
      location.reload();
      return;
    }
    if (answer.ok) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      await pressed;
      for (const part of document.querySelectorAll("[data-part]")) {
        const other = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
        if (other && part.innerHTML !== other.innerHTML && !isInUse(part)) swap(part, other.innerHTML);
      }
      document.title = fresh.title;
    }
  } catch {
    // Out of reach for now: the next round tries again.
  } finally {
    running = false;
  }
  if (again) {
    again = false;
    await refresh();
  }
}

function schedule() {
  clearInterval(timer);
  if (seconds && !paused && !document.hidden) timer = setInterval(refresh, seconds * 1000);
}

function follow(address) {
  const events = new EventSource(address);
  let due;
  const soon = () => {
    clearTimeout(due);
    if (!paused && !document.hidden) due = setTimeout(refresh, 100);
  };
  for (const name of ["state", "progress", "warning"]) events.addEventListener(name, soon);
  events.addEventListener("end", () => {
    events.close();
    soon();
  });
}

function tell() {
  toggle.textContent = paused ? "Resume updates" : "Pause updates";
  toggle.setAttribute("aria-pressed", String(paused));
}

if (toggle) {
  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    paused = !paused;
    sessionStorage.setItem(stored, paused ? "yes" : "no");
    tell();
    schedule();
    if (!paused) refresh();
  });
  tell();
}

// Nothing is swapped between a press and its release: the click would miss what it was meant for.
document.addEventListener("pointerdown", () => {
  release();
  pressed = new Promise((resolve) => { release = resolve; });
}, true);
for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => setTimeout(release), true);

document.addEventListener("visibilitychange", () => {
  schedule();
  if (!document.hidden && seconds && !paused) refresh();
});

// A menu of one question closes on Escape and on a click elsewhere.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const details of document.querySelectorAll("details.confirm[open]")) {
    details.open = false;
    details.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const details of document.querySelectorAll("details.confirm[open]")) {
    if (!details.contains(event.target)) details.open = false;
  }
});

schedule();
if (document.body.dataset.events) follow(document.body.dataset.events);
