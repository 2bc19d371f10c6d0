// Closing the tab ends the request by itself, and so does the stop button: the server sees that the browser has hung up.
const [log, form, question, send, stop, clear] = ['log', 'form', 'question', 'send', 'stop', 'clear'].map(id => document.getElementById(id));
let history = JSON.parse(sessionStorage.getItem('history') ?? '[]'); // survives a reload
let running = null;

history.forEach(turn => show(turn.role, turn.text));
stop.onclick = () => running?.abort();
clear.onclick = () => {
  running?.abort();
  remember([]);
  log.replaceChildren();
};
form.onsubmit = async event => {
  event.preventDefault();
  const text = question.value.trim();
  if (text && !running) {
    question.value = '';
    show('user', text);
    await ask([...history, { role: 'user', text }]);
  }
};

async function ask(messages) {
  const controller = running = new AbortController();
  busy(true);
  remember(messages);
  const bubble = show('assistant', '');
  try {
    for await (const piece of pieces(messages, controller.signal)) {
      bubble.textContent += piece;
      bubble.scrollIntoView({ block: 'end' });
    }
  } catch (error) {
    if (bubble.isConnected) { // no new chat was begun meanwhile
      show(controller.signal.aborted ? 'note' : 'error', controller.signal.aborted ? 'Stopped.' : error.message);
    }
  }

  // What came of an answer that broke off belongs to the conversation, too.
  if (bubble.isConnected && bubble.textContent) {
    remember([...messages, { role: 'assistant', text: bubble.textContent }]);
  } else {
    bubble.remove();
  }

  running = null;
  busy(false);
}

// The texts of the answer; throws when it is not whole.
async function* pieces(messages, signal) {
  const response = await fetch('chat', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ messages }), signal });
  if (!response.ok) {
    const problem = await response.json().catch(() => null);
    throw new Error(problem?.detail ?? `The server answered ${response.status}.`);
  }

  for await (const data of events(response.body)) {
    const piece = JSON.parse(data);
    if (piece.error) {
      throw new Error(piece.error);
    }

    if (piece.isDone) {
      return;
    }

    yield piece.text;
  }

  throw new Error('The connection broke before the answer was whole.');
}

// The data of server-sent events. (EventSource cannot send a body.)
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) {
      return;
    }

    buffer += value;
    const whole = buffer.split('\n\n');
    buffer = whole.pop();
    for (const event of whole) {
      yield event.split('\n').filter(line => line.startsWith('data:')).map(line => line.slice(5).trimStart()).join('\n');
    }
  }
}

function show(kind, text) {
  const bubble = document.createElement('div');
  bubble.className = kind;
  bubble.textContent = text; // never HTML: models write what they like
  log.append(bubble);
  bubble.scrollIntoView({ block: 'end' });
  return bubble;
}

function remember(messages) {
  history = messages;
  sessionStorage.setItem('history', JSON.stringify(history));
}

function busy(isBusy) {
  send.disabled = isBusy;
  stop.disabled = !isBusy;
  question.focus();
}
