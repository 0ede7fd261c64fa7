// The draft page: previews follow what is written, and unsaved text is not lost by mistake.

import { usedEarly } from "./early.js";

const form = document.querySelector("#utkast");
const say = document.querySelector("#lagret");
const frame = document.querySelector('iframe[name="nyhetsbrev-visning"]');
let unsaved = Boolean(form.querySelector(".ds-error-summary"));
let leaving = false;
let asked = 0;

const later = (work, wait) => {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, wait);
  };
};

async function refreshPosts() {
  const turn = ++asked;
  let answer;
  try {
    answer = await fetch(form.dataset.live, { method: "POST", body: new FormData(form), headers: { "Sec-Fetch-Mode": "cors" } });
  } catch {
    return; // offline: what is written stays in the form, and the next keystroke tries again
  }
  if (!answer.ok || turn !== asked) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of fresh.querySelectorAll("[data-part]")) {
    document.getElementById(part.dataset.part)?.replaceChildren(...part.childNodes);
  }
}

function refreshMail() {
  const button = form.querySelector('button[formtarget="nyhetsbrev-visning"]');
  if (button && frame) form.requestSubmit(button);
}

const posts = later(refreshPosts, 350);
const mail = later(refreshMail, 1200);

function changed(name) {
  unsaved = true;
  say.textContent = say.dataset.unsaved;
  posts();
  if (!/^(linkedin|facebook)\./.test(name)) mail();
}

form.addEventListener("input", (event) => changed(event.target.name));
if (usedEarly(form)) changed("");

form.addEventListener("submit", (event) => {
  leaving = !event.submitter?.formTarget;
});

addEventListener("beforeunload", (event) => {
  if (unsaved && !leaving) event.preventDefault();
});

// Ctrl+S (or Cmd+S) saves.
addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button[type=submit]"));
  }
});

// With scripts the frame follows by itself.
document.documentElement.classList.add("has-scripts");
