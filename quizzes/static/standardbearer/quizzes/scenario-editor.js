// Keeps the check beside a role-play's editor up to date, opens the step a finding is about, and
// adds copies of a branch. The check is asked for, never waited for: saving goes its own way.
(() => {
  const PAUSE = 500;
  const panel = () => document.querySelector('[data-sb-check]');
  const form = () => document.querySelector('[data-edit-form]');

  const send = async (address, more = '') => {
    const key = location.pathname.match(/\/edit\/(\d+)\//)?.[1] ?? '';
    const answer = await fetch(`${address}?pk=${key}${more}`, {
      method: 'POST',
      body: new FormData(form()),
      headers: { 'X-Requested-With': 'XMLHttpRequest' },
    });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer;
  };

  // What went wrong is seen as well as heard; the number of errors stands in the panel anyway.
  const say = (words, failed = false) => {
    const status = document.querySelector('[data-sb-status]');
    if (!status) return;
    status.classList.toggle('w-sr-only', !failed);
    if (status.textContent !== words) status.textContent = words;
  };
  const sayFailed = name => say(document.querySelector('[data-sb-words]').dataset[name], true);

  const showErrors = () => {
    const heading = document.querySelector('[data-sb-errors]');
    const count = Number(heading?.dataset.sbErrors ?? 0);
    const toggle = document.querySelector('[data-side-panel-toggle="role-play"]');
    const badge = toggle?.parentElement.querySelector('[data-side-panel-toggle-counter]');
    if (badge) {
      badge.firstChild.textContent = String(count);
      badge.hidden = !count;
    }
    say(heading?.textContent.trim() ?? '');
  };

  const centre = () => {
    const drawing = document.querySelector('.sb-drawing');
    if (drawing) drawing.scrollLeft = (drawing.scrollWidth - drawing.clientWidth) / 2;
  };

  // A finding that has the focus keeps it when the list is drawn anew.
  const replace = html => {
    const result = panel().querySelector('[data-sb-result]');
    const held = result.contains(document.activeElement) ? document.activeElement : null;
    const mark = held && ['data-sb-open', 'data-sb-branch', 'href'].find(name => held.hasAttribute(name));
    const wanted = mark && `[${mark}="${CSS.escape(held.getAttribute(mark))}"]`;
    const scroll = result.querySelector('.sb-drawing')?.scrollTop ?? 0;
    result.innerHTML = html;
    const drawing = result.querySelector('.sb-drawing');
    if (drawing) drawing.scrollTop = scroll;
    centre();
    if (held) (wanted && result.querySelector(wanted))?.focus();
    showErrors();
  };

  let number = 0;
  let last = '';
  const read = () => new URLSearchParams(new FormData(form())).toString();
  const check = async () => {
    const now = read();
    if (now === last) return;
    last = now;
    const mine = ++number;
    try {
      const html = await (await send(panel().dataset.checkUrl)).text();
      if (mine === number) replace(html);
    } catch {
      last = '';
      sayFailed('offline');
    }
  };

  let waiting = 0;
  const checkSoon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(check, PAUSE);
  };

  const open = id => {
    const block = document.querySelector(`[data-contentpath="${CSS.escape(id)}"]`);
    if (!block) return;
    const tab = block.closest('[role="tabpanel"]');
    if (tab?.hidden) document.querySelector(`[role="tab"][href="#${tab.id}"]`)?.click();
    const toggle = block.querySelector('[data-panel-toggle]');
    if (toggle?.getAttribute('aria-expanded') === 'false') toggle.click();
    const title = block.querySelector('input[name$="-value-title"]') ?? toggle;
    title.focus();
    block.scrollIntoView({ block: 'start' });
  };

  const addBranch = async id => {
    const { blocks } = await (await send(panel().dataset.branchUrl, `&step=${encodeURIComponent(id)}`)).json();
    const stream = document.querySelector('#body-root')?.rootBlock;
    if (!stream) return;
    const ends = stream.children.findIndex(child => child.type === 'ending');
    let place = ends < 0 ? stream.children.length : ends;
    for (const block of blocks) stream.insert(block, place++, { collapsed: true });
    if (blocks.length) open(blocks[0].id);
  };

  document.addEventListener('click', event => {
    const target = event.target.closest('[data-sb-open], [data-sb-branch]');
    if (!target) return;
    if (target.dataset.sbOpen) open(target.dataset.sbOpen);
    else addBranch(target.dataset.sbBranch).catch(() => sayFailed('branchFailed'));
  });
  document.addEventListener('DOMContentLoaded', () => {
    if (!panel() || !form()) return;
    form().addEventListener('input', checkSoon);
    form().addEventListener('change', checkSoon);
    new MutationObserver(checkSoon).observe(form(), { childList: true, subtree: true });
    // The panel has no width before it is shown.
    document.querySelector('[data-side-panel-toggle="role-play"]')
      ?.addEventListener('click', () => requestAnimationFrame(centre));
    showErrors();
    // What the server has drawn is what the form says once Wagtail has built its blocks.
    addEventListener('load', () => { last = read(); });
  });
})();
