// Small comforts of the learner, manager and public pages. Everything works without them.

const CHOICES = 'input[type=radio], input[type=checkbox], button.opt, [data-choice]';

/** Keys 1-9 pick a choice in [data-number-keys]: radios and checkboxes are ticked, buttons focused. */
function chooseByNumber(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || !/^[1-9]$/.test(event.key)) return;
  if (event.target.closest('input:not([type=radio], [type=checkbox]), select, textarea')) return;
  const group = event.target.closest('[data-number-keys]') ?? document.querySelector('[data-number-keys]');
  const choice = group?.querySelectorAll(CHOICES)[Number(event.key) - 1];
  if (!choice || choice.disabled) return;
  event.preventDefault();
  choice.focus();
  if (choice.matches('input')) choice.click();
}

/** A form with [data-once] is sent once; the button pressed still reaches the server. */
function sendOnce(event) {
  const form = event.target;
  if (event.defaultPrevented || !form.matches('[data-once]')) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = 'yes';
  form.setAttribute('aria-busy', 'true');
  // After the form's data is taken, so that the name and value of the pressed button are in it.
  setTimeout(() => setButtons(form, true));
}

function setButtons(form, disabled) {
  for (const button of form.elements) if (button.type === 'submit') button.disabled = disabled;
}

/** Coming back by the browser's back button must find a form that can be sent again. */
function allowAgain() {
  for (const form of document.querySelectorAll('form[data-sent]')) {
    delete form.dataset.sent;
    form.removeAttribute('aria-busy');
    setButtons(form, false);
  }
}

/** Notes are put in again after loading, because screen readers announce only what changes. */
function announceNotes() {
  for (const note of document.querySelectorAll('[data-notes] > *')) {
    const button = note.querySelector('[data-dismiss]');
    if (button) button.hidden = false;
    const parts = [...note.childNodes];
    note.replaceChildren();
    setTimeout(() => note.replaceChildren(...parts), 50);
  }
}

function dismiss(event) {
  const button = event.target.closest?.('[data-dismiss]');
  if (button) {
    button.closest('.note').remove();
    document.getElementById('main')?.focus();
  }
  for (const menu of document.querySelectorAll('details.menu[open]')) {
    if (!menu.contains(event.target)) menu.open = false;
  }
}

function closeMenu(event) {
  const menu = event.key === 'Escape' && document.querySelector('details.menu[open]');
  if (!menu) return;
  menu.open = false;
  menu.querySelector('summary').focus();
}

addEventListener('keydown', chooseByNumber);
addEventListener('keydown', closeMenu);
addEventListener('submit', sendOnce);
addEventListener('click', dismiss);
addEventListener('pageshow', allowAgain);
announceNotes();
document.querySelector('[data-errors]')?.focus();
