// Saves answers while they are given, and keeps them on this device until the server has them.
// Without this script the page's button saves.

const KEPT = 'standardbearer-answers';
// A text is kept on this device at every pause, but every saving sends and stores the whole of it:
// while somebody types it goes out at most this often (ms), and when they leave the field or page.
const TYPED_EVERY = 15000;
const form = document.querySelector('form[data-answers]');
const handIn = document.querySelector('form[data-flush]');
const state = document.querySelector('[data-state]');
const attempt = location.pathname.split('/').slice(0, -2).join('/');
let known = Number(form?.dataset.answers ?? 0);
let sequence = known;
let toldSo = false;
let timer;
let going = '';
let flushing = null;
let typed = false;
let held = false;
let sentAt = 0;

const readKept = () => JSON.parse(localStorage.getItem(KEPT) ?? '{}');

function keep(path, entry) {
  const all = readKept();
  if (entry) all[path] = entry;
  else delete all[path];
  localStorage.setItem(KEPT, JSON.stringify(all));
}

function say(what) {
  if (state?.dataset[what]) state.textContent = state.dataset[what];
  document.querySelector('[data-sign-in]')?.toggleAttribute('hidden', what !== 'signedOut');
}

/** Take what is chosen now into the store, under the next number. */
function note(leaves) {
  typed = false;
  const fields = [...new FormData(form)].filter(([name]) => name !== 'csrfmiddlewaretoken');
  sequence += 1;
  fields.push(['sequence', String(sequence)], ['known', String(known)]);
  if (!leaves) fields.push(['autosave', '1']);
  keep(location.pathname, { sequence, fields });
}

/** Send one answer. Returns the server's words, or nothing when it must be sent again later. */
async function send(path, entry) {
  const body = new FormData();
  for (const [name, value] of entry.fields) body.append(name, value);
  body.append('csrfmiddlewaretoken', document.querySelector('[name=csrfmiddlewaretoken]').value);
  let answer;
  if (path === location.pathname) {
    known = Math.max(known, entry.sequence);
    held = false;
    sentAt = Date.now();
  }
  try {
    answer = await fetch(path, { method: 'POST', body, headers: { Accept: 'application/json' }, keepalive: document.hidden });
  } catch {
    say('waiting');
    return null;
  }
  if (answer.status === 401 || answer.status === 403) say('signedOut');
  else if (answer.status >= 500) say('waiting');
  else {
    // Something newer may have been noted meanwhile: that goes next.
    if (readKept()[path]?.sequence === entry.sequence) keep(path, null);
    const isJson = answer.headers.get('Content-Type')?.includes('json');
    return { status: answer.status, ...(isJson ? await answer.json() : {}) };
  }
  return null;
}

function takeWords(path, words) {
  toldSo ||= words.status !== 200 || words.elsewhere;
  if (path !== location.pathname || !form) return;
  if (words.status === 200) {
    known = Math.max(known, words.sequence);
    sequence = Math.max(sequence, known);
    say(words.elsewhere ? 'elsewhere' : 'saved');
    if (words.elsewhere) going = '';
    else if (going) location.assign(words.next);
  } else {
    say(words.code === 'sequence_used' ? 'elsewhere' : 'refused');
    // The server's own page has the words for it.
    if (going && words.code !== 'sequence_used') form.submit();
    going = '';
  }
}

/** Send everything that is kept for this attempt; true when nothing is left. */
async function flush() {
  for (let entries; (entries = listKept()).length; ) {
    const [path, entry] = entries[0];
    const words = await send(path, entry);
    if (!words) return false;
    takeWords(path, words);
  }
  return true;
}

const listKept = () => Object.entries(readKept()).filter(([path]) => path.startsWith(`${attempt}/`));

/** One sending at a time: a replay goes out once. */
function flushOnce() {
  flushing ??= flush().finally(() => { flushing = null; });
  return flushing;
}

function saveSoon(event) {
  clearTimeout(timer);
  const typing = event.type === 'input' && event.target.matches('textarea, [type=text], [type=number]');
  if (event.type === 'input' && !typing) return;
  typed = typing;
  timer = setTimeout(save, typing ? 800 : 0, typing);
}

async function save(typing) {
  note(false);
  say('saving');
  held = typing && Date.now() < sentAt + TYPED_EVERY;
  if (held) return;
  await flushOnce();
  if (listKept().length) await flushOnce();
}

/** What was typed last goes out before the page does. */
function saveOnLeaving() {
  if (!document.hidden) return;
  clearTimeout(timer);
  if (typed) note(false);
  if (listKept().length) flushOnce();
}

const isAnswered = () => [...new FormData(form)].some(
  ([name, value]) => value && !['csrfmiddlewaretoken', 'multiple', 'saved', 'last', 'blank', 'number', 'as_is'].includes(name));

async function goOn(event) {
  // What the server must say itself, and what nobody answered, goes the plain way.
  if (event.submitter?.name || (!isAnswered() && !listKept().length)) return;
  event.preventDefault();
  clearTimeout(timer);
  await flushing;
  going = 'next';
  note(true);
  say('saving');
  flushOnce();
}

async function handInAfter(event) {
  if (!listKept().length && navigator.onLine) return;
  event.preventDefault();
  if (!(await flushOnce()) || !navigator.onLine) return say('waiting');
  handIn.submit();
}

form?.addEventListener('change', saveSoon);
form?.addEventListener('input', saveSoon);
form?.addEventListener('submit', goOn);
handIn?.addEventListener('submit', handInAfter);
addEventListener('online', flushOnce);
document.addEventListener('visibilitychange', saveOnLeaving);
setInterval(() => listKept().length && (!held || Date.now() >= sentAt + TYPED_EVERY) && flushOnce(), 5000);
if (listKept().length) {
  sequence = Math.max(sequence, readKept()[location.pathname]?.sequence ?? 0);
  // The page was made before these answers were sent.
  flushOnce().then((done) => done && !toldSo && location.reload());
}
