// Follows the job of this page: asks for the page anew, to be answered once there is news, and puts its parts in place.
const main = document.querySelector("main");
const note = document.querySelector("[data-note]");
const waitSeconds = 30;
const longestPause = 60;

const sleep = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

const visible = () => document.hidden
  ? new Promise((done) => document.addEventListener("visibilitychange", done, { once: true })).then(visible)
  : Promise.resolve();

function show(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const next = fresh.querySelector("main");
  if (!next) return;

  for (const name of ["tag", "again"]) {
    if (name in next.dataset) main.dataset[name] = next.dataset[name];
    else delete main.dataset[name];
  }
  for (const part of main.querySelectorAll("[data-part]")) {
    const other = next.querySelector(`[data-part="${part.dataset.part}"]`);
    const html = other ? other.innerHTML : "";
    if (part.innerHTML !== html) part.innerHTML = html;
  }
  document.title = fresh.title;
  tell();
}

function tell(trouble) {
  note.textContent = trouble ?? (main.dataset.again ? "This page follows the job by itself." : note.dataset.note);
}

async function follow() {
  let failures = 0;
  while (main.dataset.again) {
    await visible();
    const asked = performance.now();
    let pause = 0;
    try {
      const answer = await fetch(location.href, {
        cache: "no-store",
        headers: { "If-None-Match": main.dataset.tag ?? "", Prefer: `wait=${waitSeconds}` },
      });
      if (answer.status === 304 || answer.headers.get("content-type")?.startsWith("text/html")) {
        failures = 0;
        if (answer.status === 304) tell();
        else show(await answer.text());
        // Answered at once, though nothing is new: the server holds no answer back for us now.
        if (answer.status === 304 && performance.now() - asked < 1000 * (waitSeconds - 1)) pause = Number(main.dataset.again);
      } else {
        pause = Number(answer.headers.get("retry-after")) || 5;
      }
    } catch {
      failures += 1;
      tell("The server can't be reached. This page goes on trying.");
      pause = Math.min(2 ** failures, longestPause);
    }
    await sleep(pause);
  }
}

tell();
follow();
