// The draft page: previews follow what is written, and unsaved text is not lost by mistake.

import { following, later } from "./following.js";
import { guarded, onItsWay } from "./unsaved.js";

const form = document.querySelector("#utkast");
const frame = document.querySelector('iframe[name="nyhetsbrev-visning"]');

function refreshMail() {
  const button = form.querySelector('button[formtarget="nyhetsbrev-visning"]');
  if (button && frame && !onItsWay(form)) form.requestSubmit(button);
}

const posts = later(following(form), 350);
const mail = later(refreshMail, 1200);

guarded(form, (control) => {
  posts();
  if (!/^(linkedin|facebook)\./.test(control?.name ?? "")) mail();
});

// With scripts the frame follows by itself.
document.documentElement.classList.add("has-scripts");
