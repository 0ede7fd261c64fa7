// The arithmetic that the sign-up form asks for while sign-ups come in numbers. It begins when the page has come and
// runs beside it, in altcha's own worker; the button may be pressed at any time, and the form goes when it is done.

const LASTS = 50 * 60_000; // ours is valid for an hour; a form left open longer gets a new one
const AT_ONCE = Math.min(4, navigator.hardwareConcurrency || 2);

const box = document.querySelector("[data-proof]");
const form = box.closest("form");
const field = box.querySelector("[name=proof]");
const state = box.querySelector("[role=status]");
let solvedAt = 0;
let working = null;

const say = (what) => {
  state.textContent = box.dataset[what];
};

// Each worker takes every nth number; the first to find the answer ends it for all.
const search = (challenge) =>
  new Promise((resolve, reject) => {
    const workers = [];
    const end = (settle, value) => {
      for (const worker of workers) worker.terminate();
      settle(value);
    };
    for (let start = 0; start < AT_ONCE; start += 1) {
      const worker = new Worker(box.dataset.worker);
      worker.onmessage = ({ data }) => (data?.derivedKey ? end(resolve, data) : end(reject, data?.error));
      worker.onerror = (fault) => end(reject, fault);
      worker.postMessage({ type: "work", challenge, counterStart: start, counterStep: AT_ONCE });
      workers.push(worker);
    }
  });

const solve = async () => {
  say("working");
  const answer = await fetch(box.dataset.ask, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const challenge = await answer.json();
  const solution = await search(challenge);
  field.value = btoa(JSON.stringify({ challenge, solution }));
  solvedAt = Date.now();
  say("ready");
};

const begin = () => {
  working ??= solve()
    .catch(() => say("failed"))
    .finally(() => {
      working = null;
    });
  return working;
};

form.addEventListener("submit", async (event) => {
  if (field.value && Date.now() - solvedAt < LASTS) return;
  event.preventDefault();
  field.value = "";
  const underWay = begin();
  say("sending");
  await underWay;
  if (field.value) form.requestSubmit();
});

begin();
