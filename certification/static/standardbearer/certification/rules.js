// Keeps what is typed as a draft and shows at once what the rule says and does.
// One request at a time, so that an older text never overwrites a newer one.
const form = document.querySelector('[data-sb-rule]');
const WAIT = 400;
let timer = 0;
let busy = false;
let again = false;

const put = (html) => {
  const answer = new DOMParser().parseFromString(html, 'text/html');
  for (const part of answer.querySelectorAll('[data-sb-part]')) {
    const shown = form.querySelector(`[data-sb-part="${part.dataset.sbPart}"]`);
    if (part.dataset.sbSeen !== undefined) {
      form.elements.seen_at.value = part.dataset.sbSeen;
      // The line that says "saved" stays in the page, so that it is read out when it changes.
      const [line, next] = [shown, part].map((item) => item.querySelector('[role=status]'));
      line.replaceChildren(...next.childNodes);
      next.replaceWith(line);
    }
    shown.replaceChildren(...part.childNodes);
  }
};

const check = async () => {
  if (busy) { again = true; return; }
  busy = true;
  try {
    const answer = await fetch(form.dataset.sbRule, { method: 'POST', body: new FormData(form) });
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    put(await answer.text());
  } catch {
    form.querySelector('[role=status]').textContent = form.dataset.sbLost;
  }
  busy = false;
  if (again) { again = false; check(); }
};

const later = (event) => {
  event.target.closest('.sb-field')?.querySelector('.sb-error')?.remove();
  clearTimeout(timer);
  timer = setTimeout(check, WAIT);
};

form.addEventListener('input', later);
form.addEventListener('change', later);
form.addEventListener('submit', () => clearTimeout(timer));
