// The links are asked a handful at a time; with scripts the next handful follows by itself, and the list with it.

document.addEventListener("submit", async (event) => {
  if (!event.target.matches("[data-checks-links]")) return;
  event.preventDefault();
  let form = event.target;
  for (let left = Infinity; left > 0; ) {
    const say = form.querySelector("[role=status]");
    say.textContent = say.dataset.says;
    form.querySelector("button").disabled = true;
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    } catch {
      return form.submit(); // the browser says what is wrong with the network
    }
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#kontroll");
    if (!answer.ok || !fresh) return location.reload();
    const unasked = Number(fresh.dataset.unasked);
    const open = document.querySelector("#lenker")?.open;
    document.querySelector("#kontroll").replaceWith(fresh);
    if (open) fresh.querySelector("#lenker").open = true;
    form = fresh.querySelector("[data-checks-links]");
    if (!form || unasked >= left) return;
    left = unasked;
  }
  form.querySelector("button").focus();
});
