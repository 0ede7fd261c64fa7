// What is written and not saved is not lost by mistake: the page says so, leaving it asks, and Ctrl+S (or Cmd+S) saves.

import { usedEarly } from "./early.js";

// A form that is being sent (desk.js marks it) is not to be sent anywhere else: when a browser is asked to send the same
// form twice before it got round to the first, the first is forgotten, and nothing is saved.
export const onItsWay = (form) => "sent" in form.dataset;

// `follow` is told of every change, with the control that changed where there is one. Gives the function that notes a
// change which no control made.
export const guarded = (form, follow) => {
  const say = document.querySelector("#lagret");
  let unsaved = Boolean(form.querySelector(".ds-error-summary") || document.querySelector("[data-autofocus]"));
  let leaving = false;

  const changed = (control) => {
    unsaved = true;
    say.textContent = say.dataset.unsaved;
    follow(control);
  };

  form.addEventListener("input", (event) => changed(event.target));
  form.addEventListener("submit", (event) => {
    leaving = !event.submitter?.formTarget;
  });
  addEventListener("beforeunload", (event) => {
    if (unsaved && !leaving) event.preventDefault();
  });
  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button[type=submit]"));
    }
  });
  if (usedEarly(form)) changed();
  return changed;
};
