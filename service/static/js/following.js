// Parts of a page follow what is written in its form: the same page is asked for, and the parts are taken from it.

export const later = (work, wait) => {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, wait);
  };
};

export const following = (form) => {
  let asked = 0;
  return async () => {
    const turn = ++asked;
    let answer;
    try {
      answer = await fetch(form.dataset.live, { method: "POST", body: new FormData(form), headers: { "Sec-Fetch-Mode": "cors" } });
    } catch {
      return; // offline: what is written stays in the form, and the next change tries again
    }
    if (!answer.ok || turn !== asked) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of fresh.querySelectorAll("[data-part]")) {
      document.getElementById(part.dataset.part)?.replaceChildren(...part.childNodes);
    }
  };
};
