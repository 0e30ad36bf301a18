// What pages need of scripts beside Blazor: preferences, copying, times, and what happens when the connection is lost. No inline script anywhere (CSP).
'use strict';

// The name of a preference (data-prefers) is that of its cookie and of the document's attribute.
function prefer(name, value) {
  document.cookie = `palisade-${name}=${value}; path=/; max-age=31536000; samesite=strict; secure`;
  document.documentElement.dataset[name] = value;
  showPreferences();
}

function showPreferences() {
  for (const button of document.querySelectorAll('button[data-prefers]')) {
    button.setAttribute('aria-pressed', String(button.value === document.documentElement.dataset[button.dataset.prefers]));
  }
}

async function copy(button) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'Copy failed';
  }
  setTimeout(() => { button.textContent = before; }, 1500);
}

document.addEventListener('click', event => {
  const button = event.target instanceof Element ? event.target.closest('button') : null;
  if (button?.dataset.opens) {
    openDialog(button.dataset.opens);
  } else if (button?.dataset.prefers) {
    prefer(button.dataset.prefers, button.value);
  } else if (button?.dataset.copy) {
    copy(button);
  } else if (button && 'prints' in button.dataset) {
    print();
  }
  for (const menu of document.querySelectorAll('details.menu[open]')) {
    if (!menu.contains(event.target)) {
      menu.open = false;
    }
  }
});

// The palette and the help on keys.
const singleKeysKept = 'palisade-single-keys';

function openDialog(id) {
  const open = () => {
    const dialog = document.getElementById(id);
    if (dialog && !document.querySelector('dialog[open]')) {
      dialog.showModal();
    }
    return dialog !== null;
  };
  if (!open()) {
    // It comes when the page is live.
    const coming = new MutationObserver(() => { if (open()) coming.disconnect(); });
    coming.observe(document.body, { childList: true, subtree: true });
  }
  return true;
}

function walk(dialog, step) {
  const stops = [dialog.querySelector('input'), ...dialog.querySelectorAll('li a')];
  const next = stops.indexOf(document.activeElement) + step;
  stops[Math.max(0, Math.min(stops.length - 1, next))].focus();
}

function onKey(event) {
  const palette = document.querySelector('#palette[open]');
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k') {
    return palette ? (palette.close(), true) : openDialog('palette');
  }
  if (palette && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
    walk(palette, event.key === 'ArrowDown' ? 1 : -1);
    return true;
  }
  if (palette && event.key === 'Enter' && document.activeElement === palette.querySelector('input')) {
    palette.querySelector('li a')?.click();
    return true;
  }
  const types = event.target instanceof Element && event.target.closest('input, textarea, select, [contenteditable], .terminal') !== null;
  if (types || event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem(singleKeysKept) === 'off') {
    return false;
  }
  if (event.key === '/') {
    const search = document.querySelector('main input[type="search"]');
    search?.focus();
    return search !== null || openDialog('palette');
  }
  return event.key === '?' && openDialog('keys');
}

document.addEventListener('keydown', event => {
  if (onKey(event)) {
    event.preventDefault();
  }
});

const singleKeys = document.getElementById('single-keys');
if (singleKeys) {
  singleKeys.checked = localStorage.getItem(singleKeysKept) !== 'off';
  singleKeys.addEventListener('change', () => localStorage.setItem(singleKeysKept, singleKeys.checked ? 'on' : 'off'));
}

document.addEventListener('keydown', event => {
  if (event.key === 'Escape') {
    for (const menu of document.querySelectorAll('details.menu[open]')) {
      menu.open = false;
      menu.querySelector('summary').focus();
    }
  }
});

// "5 minutes ago", in a shadow root, so that what the server renders into the element and this never meet.
const units = [['year', 31536000], ['month', 2592000], ['day', 86400], ['hour', 3600], ['minute', 60]];
const words = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
const shown = new Set();

class RelativeTime extends HTMLElement {
  static observedAttributes = ['datetime'];

  connectedCallback() {
    this.attachRoot();
    shown.add(this);
    this.show();
  }

  disconnectedCallback() {
    shown.delete(this);
  }

  attributeChangedCallback() {
    if (this.shadowRoot) {
      this.show();
    }
  }

  attachRoot() {
    if (!this.shadowRoot) {
      this.attachShadow({ mode: 'open' });
    }
  }

  show() {
    const seconds = (Date.parse(this.getAttribute('datetime')) - Date.now()) / 1000;
    const [unit, size] = units.find(([, s]) => Math.abs(seconds) >= s) ?? [null, 1];
    const text = unit ? words.format(Math.round(seconds / size), unit) : 'just now';
    if (this.shadowRoot.textContent !== text) {
      this.shadowRoot.textContent = text;
    }
  }
}

customElements.define('rel-time', RelativeTime);
setInterval(() => { for (const time of shown) time.show(); }, 10000);
showPreferences();

// A terminal's code is large, and most pages have none.
document.addEventListener('submit', event => {
  const form = event.target;
  if (form.dataset.terminal) {
    event.preventDefault();
    import(form.dataset.terminal).then(module => module.start(form));
  }
});

// The connection: say at once that it is lost, keep what is shown, and take it up again. Whether the session still holds is asked first,
// since a revoked one must not leave its page behind.
let lost = false;

// Signing out ends this page's circuit before its own answer is here. Where to go next is what that answer says, not what a lost connection does.
let leaving = false;
document.addEventListener('submit', event => { leaving ||= 'leaves' in event.target.dataset; });

async function reconnect(takeUp) {
  if (lost || leaving) {
    return;
  }
  lost = true;
  // Starting containers change this machine's network, and browsers then drop their connections: what is back at once is not worth a flash.
  setTimeout(() => {
    if (lost) {
      document.documentElement.dataset.connection = 'lost';
      document.getElementById('connection').textContent = 'Connection lost. Trying again; what you see may be out of date.';
    }
  }, 150);
  for (let wait = 250; lost; wait = Math.min(wait * 2, 5000)) {
    try {
      const answer = await fetch('/account/session', { cache: 'no-store', redirect: 'manual' });
      if (answer.status === 401) {
        location.replace(`/login?returnUrl=${encodeURIComponent(location.pathname + location.search)}`);
        return;
      }
      if (answer.ok && !await takeUp()) {
        location.reload();
        return;
      }
    } catch {
      // The server does not answer yet.
    }
    if (lost) {
      await new Promise(done => setTimeout(done, wait));
    }
  }
}

// A page whose connection never came about gets no word from it: it would stand still and not say so. Loaded again when the server answers.
const LiveWithin = 10000;

const isStill = () => document.querySelector('[data-live="false"]') !== null;

async function comeAlive() {
  if (!isStill()) {
    return;
  }
  await new Promise(done => setTimeout(done, LiveWithin));
  if (isStill() && !lost && !leaving) {
    reconnect(() => false);
  }
}

// What is served before the page is live is replaced by the same when it is. What was typed until then is carried over, and told to the page;
// so is the focus, so that what is typed next comes where it should.
function carryOver() {
  if (!isStill()) {
    return;
  }
  const before = [...document.querySelectorAll('main input:not([type="hidden"]), main textarea, main select')];
  let focused = document.activeElement;
  const look = event => { focused = event.target; };
  document.addEventListener('focusin', look);
  const coming = new MutationObserver(() => {
    if (document.querySelector('[data-live="true"]')) {
      coming.disconnect();
      document.removeEventListener('focusin', look);
      before.forEach(old => carry(old, old === focused));
    }
  });
  coming.observe(document.body, { childList: true, subtree: true });
}

function carry(old, hadFocus) {
  const chosen = old.type === 'radio' || old.type === 'checkbox';
  const named = `main ${old.localName}[name="${CSS.escape(old.name)}"]`;
  const now = old.id ? document.getElementById(old.id) : document.querySelector(chosen ? `${named}[value="${CSS.escape(old.value)}"]` : named);
  if (!now || now === old || now.disabled) {
    return;
  }
  // Of a group of radios the one that was chosen says it all.
  if (old.type === 'radio' ? old.checked && !old.defaultChecked : chosen ? old.checked !== old.defaultChecked : wasTyped(old)) {
    now.value = old.value;
    now.checked = old.checked;
    now.dispatchEvent(new Event('input', { bubbles: true }));
    now.dispatchEvent(new Event('change', { bubbles: true }));
  }
  if (hadFocus && document.activeElement === document.body) {
    now.focus();
    if (typeof old.selectionStart === 'number') {
      now.setSelectionRange(old.selectionStart, old.selectionEnd);
    }
  }
}

function wasTyped(element) {
  return element.localName === 'select'
    ? [...element.options].some(option => option.selected !== option.defaultSelected)
    : element.value !== element.defaultValue;
}

function connected() {
  lost = false;
  delete document.documentElement.dataset.connection;
  document.getElementById('connection').textContent = '';
}

if (window.Blazor) {
  carryOver();
  Blazor.start({ circuit: { reconnectionHandler: { onConnectionDown: () => reconnect(() => Blazor.reconnect()), onConnectionUp: connected } }, ssr: { disableDomPreservation: true } });
}
// Also where its own script did not come.
comeAlive();

// A page that comes back from the browser's own cache may be another person's by now.
window.addEventListener('pageshow', event => {
  if (event.persisted) {
    location.reload();
  }
});

// An invite's token comes in the fragment, which is sent to nobody: it leaves the address bar at once and goes to the server in a form.
const invite = document.getElementById('open-invite');
if (invite && location.hash.startsWith('#pli_')) {
  invite.elements['OpenForm.Token'].value = location.hash.slice(1);
  history.replaceState(null, '', location.pathname);
  invite.requestSubmit();
}
