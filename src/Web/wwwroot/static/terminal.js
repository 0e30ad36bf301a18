// A command in a process, on a websocket of its own. Loaded by shell.js when a form of a terminal is sent.

// Told to the server this often (in bytes), so that it sends no more than the page can draw.
const TellAfter = 64 * 1024;

// A pasted text goes in such pieces.
const Piece = 64 * 1024;

// xterm.js writes its styles into <style> elements, and those of single words into style attributes: our policy (nothing inline) refuses both.
// What it gets here in their place does the same by what the policy leaves to scripts. See docs/adr/0023.
class AdoptedStyle extends HTMLElement {
  #sheet = new CSSStyleSheet();

  set textContent(css) {
    this.#sheet.replaceSync(css);
  }

  connectedCallback() {
    document.adoptedStyleSheets.push(this.#sheet);
  }

  disconnectedCallback() {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter(sheet => sheet !== this.#sheet);
  }
}

customElements.define('adopted-style', AdoptedStyle);

HTMLSpanElement.prototype.setAttribute = function (name, value) {
  if (name === 'style') {
    this.style.cssText = value;
  } else {
    Element.prototype.setAttribute.call(this, name, value);
  }
};

// All of its <style> elements are made while it opens.
function openStrictly(terminal, place) {
  document.createElement = (name, options) =>
    name === 'style' ? new AdoptedStyle() : Document.prototype.createElement.call(document, name, options);
  try {
    terminal.open(place);
  } finally {
    delete document.createElement;
  }
}

function addSheet(href) {
  if (document.querySelector(`link[href="${href}"]`)) {
    return Promise.resolve();
  }
  return new Promise((done, failed) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.onload = done;
    link.onerror = failed;
    link.href = href;
    document.head.append(link);
  });
}

class TerminalView {
  constructor(form, xterm, fit) {
    this.form = form;
    this.place = document.getElementById(form.dataset.screen);
    this.said = document.getElementById(form.dataset.said);
    this.terminal = new xterm.Terminal({
      fontFamily: getComputedStyle(this.place).fontFamily,
      fontSize: 14,
      minimumContrastRatio: 7,
      scrollback: 5000,
      screenReaderMode: form.elements.reader.checked,
      theme: { background: '#0e1014', foreground: '#e9ebef', cursor: '#e9ebef', selectionBackground: '#3a4a78' },
      // Output can name any address: it is shown as text, and opened by nobody.
      linkHandler: { activate() {}, allowNonHttpProtocols: false },
    });
    this.fitter = new fit.FitAddon();
    this.terminal.loadAddon(this.fitter);
  }

  open() {
    this.place.hidden = false;
    openStrictly(this.terminal, this.place);
    this.fitter.fit();
    this.terminal.attachCustomKeyEventHandler(event => this.key(event));
    this.watch = new ResizeObserver(() => this.fitter.fit());
    this.watch.observe(this.place);
    this.connect();
    this.terminal.focus();
  }

  connect() {
    const { elements, dataset } = this.form;
    const address = new URL(dataset.socket, location.href);
    address.protocol = 'wss:';
    this.socket = new WebSocket(address);
    this.socket.binaryType = 'arraybuffer';
    this.say('Starting…');
    const start = { command: elements.command.value, columns: this.terminal.cols, rows: this.terminal.rows };
    start[elements.process ? 'process' : 'service'] = (elements.process ?? elements.service).value;
    this.socket.onopen = () => this.tell({ start });
    this.socket.onmessage = message => this.receive(message.data);
    this.socket.onclose = () => this.end('The connection was lost, and the command was ended with it. Start it again when the server answers.');
    this.terminal.onData(data => this.send(new TextEncoder().encode(data)));
    this.terminal.onBinary(data => this.send(Uint8Array.from(data, c => c.charCodeAt(0))));
    this.terminal.onResize(({ cols, rows }) => this.tell({ size: [cols, rows] }));
  }

  receive(data) {
    if (typeof data === 'string') {
      const { running, exit, problem } = JSON.parse(data);
      if (running !== undefined) {
        this.say(`Running in ${running}.`);
      } else if (problem !== undefined) {
        this.end(problem);
      } else if (exit !== undefined) {
        this.end(`Ended with exit code ${exit}.`);
      }
      return;
    }
    this.terminal.write(new Uint8Array(data), () => this.drew(data.byteLength));
  }

  drawn = 0;
  told = 0;

  drew(bytes) {
    this.drawn += bytes;
    if (this.drawn - this.told >= TellAfter) {
      this.told = this.drawn;
      this.tell({ drawn: this.drawn });
    }
  }

  tell(text) {
    if (this.socket.readyState === WebSocket.OPEN) {
      this.socket.send(JSON.stringify(text));
    }
  }

  send(bytes) {
    for (let at = 0; at < bytes.length && this.socket.readyState === WebSocket.OPEN; at += Piece) {
      this.socket.send(bytes.subarray(at, at + Piece));
    }
  }

  // False: the key is the page's.
  key(event) {
    if (event.type !== 'keydown') {
      return true;
    }
    if (event.key === 'F6' && event.shiftKey) {
      event.preventDefault();
      this.form.elements.end.focus();
      return false;
    }
    const control = event.ctrlKey && !event.altKey;
    if (control && event.code === 'KeyC' && this.terminal.hasSelection()) {
      event.preventDefault();
      navigator.clipboard.writeText(this.terminal.getSelection());
      this.terminal.clearSelection();
      return false;
    }
    return !(control && event.code === 'KeyV');
  }

  say(text) {
    this.said.textContent = text;
  }

  end(text) {
    if (this.over) {
      return;
    }
    this.over = true;
    this.say(text);
    this.terminal.options.disableStdin = true;
    this.form.elements.end.disabled = true;
    this.form.elements.start.disabled = false;
    this.socket.close();
  }

  close() {
    this.end('');
    this.watch?.disconnect();
    this.terminal.dispose();
  }
}

let current = null;

export async function start(form) {
  const { elements, dataset } = form;
  elements.start.disabled = true;
  try {
    const [xterm, fit] = await Promise.all([import(dataset.xterm), import(dataset.fit), addSheet(dataset.css)]);
    current?.close();
    current = new TerminalView(form, xterm, fit);
    elements.end.disabled = false;
    elements.end.onclick = () => current.end('Ended by you: the command was stopped.');
    current.open();
  } catch (error) {
    elements.start.disabled = false;
    document.getElementById(dataset.said).textContent = 'The terminal could not be loaded. Try again.';
    throw error;
  }
}
