// Lists of a role-play's editor. One kind keeps values it does not know; the other, marked with
// data-sb-target, lists the steps and endings on the page by title, saved or not: Wagtail gives
// every block its lasting id in the browser, in the moment it is added.
(() => {
  const BLOCK = /^body-\d+-id$/;
  const text = name => document.querySelector('[data-sb-words]')?.dataset[name] ?? '';

  const readBlocks = () => [...document.querySelectorAll('input[name^="body-"][name$="-id"]')]
    .filter(input => BLOCK.test(input.name))
    .map(input => {
      const prefix = input.name.slice(0, -'-id'.length);
      const part = name => document.querySelector(`[name="${prefix}-${name}"]`);
      return {
        id: input.value,
        type: part('type').value,
        gone: part('deleted').value !== '',
        order: Number(part('order').value),
        title: part('value-title')?.value.trim() ?? '',
      };
    })
    .filter(block => !block.gone)
    .sort((one, other) => one.order - other.order);

  const makeOption = (value, label) => Object.assign(document.createElement('option'), { value, textContent: label });

  const makeGroup = (label, blocks) => {
    const group = Object.assign(document.createElement('optgroup'), { label });
    group.append(...blocks.map((block, place) =>
      makeOption(block.id, block.title || `${label} ${place + 1}`)));
    return group;
  };

  const keep = (select, value) => {
    if (value && ![...select.options].some(option => option.value === value)) {
      select.append(makeOption(value, select.dataset.sbTarget ? text('gone') || '?' : value));
    }
    select.value = value;
  };

  // The last choice of a list makes a step and leads there.
  const NEW = '+';
  const addStep = select => {
    const stream = document.querySelector('#body-root')?.rootBlock;
    const blocks = readBlocks();
    const steps = blocks.filter(block => block.type === 'step').length;
    const id = [...crypto.getRandomValues(new Uint8Array(16))]
      .map(byte => byte.toString(16).padStart(2, '0')).join('');
    const title = `${text('step')} ${steps + 1}`;
    const value = { ...stream.blockDef.initialChildStates.step, title };
    stream.insert({ type: 'step', id, value }, steps, { collapsed: true });
    refresh();
    select.value = id;
    select.dispatchEvent(new Event('input', { bubbles: true }));
  };

  const fill = (select, blocks) => {
    const { value } = select;
    const groups = [makeGroup(text('steps'), blocks.filter(block => block.type === 'step'))];
    if (select.dataset.sbTarget === 'all') {
      groups.push(makeGroup(text('endings'), blocks.filter(block => block.type === 'ending')));
      groups.push(makeOption(NEW, text('new')));
    }
    select.replaceChildren(select.options[0], ...groups);
    keep(select, value);
  };

  let known = '';
  const refresh = () => {
    const blocks = readBlocks();
    const selects = document.querySelectorAll('select[data-sb-target]');
    const now = JSON.stringify(blocks);
    for (const select of selects) {
      if (now !== known || !select.dataset.sbFilled) fill(select, blocks);
      select.dataset.sbFilled = '1';
    }
    known = now;
  };

  let waiting = 0;
  const refreshSoon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 100);
  };

  class BoundOpenSelect {
    constructor(input) {
      this.input = input;
      this.idForLabel = input.id;
    }
    getValue() { return this.input.value; }
    getState() { return this.input.value; }
    setState(state) {
      keep(this.input, (Array.isArray(state) ? state[0] : state) ?? '');
      refreshSoon();
    }
    setInvalid(invalid) {
      if (invalid) this.input.setAttribute('aria-invalid', 'true');
      else this.input.removeAttribute('aria-invalid');
    }
    getValueForLabel() { return this.input.selectedOptions[0]?.text ?? ''; }
    getTextLabel() { return this.input.value ? this.getValueForLabel() : ''; }
    focus() { this.input.focus(); }
    setCapabilityOptions() {}
  }

  class OpenSelect {
    constructor(html) { this.html = html; }
    render(place, name, id, state, _capabilities, options = {}) {
      const box = document.createElement('div');
      box.innerHTML = this.html.replace(/__NAME__/g, name).replace(/__ID__/g, id).trim();
      const select = box.firstElementChild;
      for (const [key, value] of Object.entries(options?.attributes ?? {})) select.setAttribute(key, value);
      place.replaceWith(select);
      const bound = new BoundOpenSelect(select);
      bound.setState(state);
      return bound;
    }
    getByName(name, container) {
      return new BoundOpenSelect(container.querySelector(`select[name="${name}"]`));
    }
  }
  window.telepath.register('standardbearer.quizzes.OpenSelect', OpenSelect);

  document.addEventListener('input', event => {
    if (/^body-\d+-value-title$/.test(event.target.name ?? '')) refreshSoon();
  });
  // Only when one leaves the list: whoever goes down it by arrow keys passes this on the way.
  document.addEventListener('focusout', event => {
    if (event.target.matches('select[data-sb-target]') && event.target.value === NEW) addStep(event.target);
  });
  document.addEventListener('DOMContentLoaded', () => {
    const form = document.querySelector('[data-edit-form]');
    if (!form) return;
    // Blocks come, go and move by Wagtail's own buttons: the page is watched, not they.
    new MutationObserver(refreshSoon).observe(form, { childList: true, subtree: true });
    refresh();
  });
})();
