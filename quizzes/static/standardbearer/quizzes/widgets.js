// Comforts of answering: steps move without a new page, words are counted while they are written.

/** A press of “up” or “down” moves the step on the page; the form's own fields are the order. */
function moveStep(event) {
  const button = event.target.closest?.('[data-order] [name=move]');
  if (!button) return;
  event.preventDefault();
  const step = button.closest('li');
  const other = button.value.startsWith('up') ? step.previousElementSibling : step.nextElementSibling;
  if (!other) return;
  if (button.value.startsWith('up')) step.after(other);
  else step.before(other);
  tellPlace(step);
}

function tellPlace(step) {
  const said = document.querySelector('[data-order-said]');
  const place = [...step.parentElement.children].indexOf(step) + 1;
  said.textContent = `${said.dataset.orderSaid} ${place}: ${step.innerText.trim()}`;
  step.dispatchEvent(new Event('change', { bubbles: true }));
}

function countWords(event) {
  const words = document.getElementById(event.target.dataset?.words);
  if (words) words.textContent = event.target.value.split(/\s+/).filter(Boolean).length;
}

addEventListener('click', moveStep);
addEventListener('input', countWords);
