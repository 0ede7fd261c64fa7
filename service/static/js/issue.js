// Composing an issue: the mail and the readers follow what is written, items can be dragged, nothing unsaved is lost.

import { following, later } from "./following.js";
import { guarded, onItsWay } from "./unsaved.js";

const form = document.querySelector("#utsendelse");
const list = form.querySelector("#items");
const live = document.querySelector("#live");

function refreshMail() {
  const button = form.querySelector('button[formtarget="utsendelse-visning"]');
  if (button && !onItsWay(form)) form.requestSubmit(button);
}

const reach = later(following(form), 350);
const mail = later(refreshMail, 1200);
const changed = guarded(form, () => {
  reach();
  mail();
});

// How long the subject and the preheader are, in the words of the page.
for (const line of form.querySelectorAll("[data-length-of]")) {
  const field = form.elements[line.dataset.lengthOf];
  const count = () => {
    const length = [...field.value.trim()].length;
    const long = length > Number(field.dataset.most);
    const short = length > 0 && length < Number(field.dataset.least ?? 0);
    const words = long ? line.dataset.long : short ? line.dataset.short : line.dataset.say;
    line.textContent = words.replace("{length}", length);
    line.toggleAttribute("data-off", long || short);
    line.hidden = length === 0;
  };
  field.addEventListener("input", count);
  count();
}

// Dragging moves the item, and with it the hidden field that says its place. The buttons do the same without scripts.
// The document is listened to, for an element that is moved in the page loses its pointer.
let dragged = null;

const drag = (event) => {
  const other = [...list.children].find((one) => {
    const box = one.getBoundingClientRect();
    return one !== dragged && event.clientY >= box.top && event.clientY <= box.bottom;
  });
  if (!other) return;
  const box = other.getBoundingClientRect();
  if (event.clientY < box.top + box.height / 2) {
    if (other.previousElementSibling !== dragged) other.before(dragged);
  } else if (other.nextElementSibling !== dragged) other.after(dragged);
};

const drop = () => {
  document.removeEventListener("pointermove", drag);
  dragged.removeAttribute("data-dragged");
  const items = [...list.children];
  items.forEach((one, place) => {
    one.querySelector('[name="opp"]').disabled = place === 0;
    one.querySelector('[name="ned"]').disabled = place === items.length - 1;
  });
  live.textContent = list.dataset.moved.replace("{place}", items.indexOf(dragged) + 1).replace("{total}", items.length);
  dragged = null;
  changed();
};

for (const item of list.querySelectorAll("[data-item]")) {
  item.querySelector(".item__grip").addEventListener("pointerdown", (event) => {
    if (dragged || event.button) return;
    event.preventDefault();
    dragged = item;
    item.setAttribute("data-dragged", "");
    document.addEventListener("pointermove", drag);
    const end = new AbortController();
    for (const name of ["pointerup", "pointercancel"]) {
      document.addEventListener(name, () => (end.abort(), drop()), { signal: end.signal });
    }
  });
}

// With scripts the frame follows by itself.
document.documentElement.classList.add("has-scripts");
