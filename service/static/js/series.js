// Setting up an issue that comes round: only what the rhythm asks for is shown, and the next ones follow what is chosen.

import { following, later } from "./following.js";
import { guarded } from "./unsaved.js";

const form = document.querySelector("#serie");
const ahead = later(following(form), 350);

const show = () => {
  const every = form.elements.every.value;
  for (const part of form.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(every);
};

form.addEventListener("input", show);
show();
guarded(form, ahead);
document.documentElement.classList.add("has-scripts");
