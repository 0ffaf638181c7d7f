// A value that tells when it changes.

export class Signal {
  #value;
  #listeners = new Set();

  constructor(value) {
    this.#value = value;
  }

  get value() {
    return this.#value;
  }

  set value(next) {
    if (next === this.#value) return;
    this.#value = next;
    this.tell();
  }

  /** Tells that something within the value has changed. */
  tell() {
    for (const listener of [...this.#listeners]) listener(this.#value);
  }

  /** Calls a listener with each new value, until `signal` aborts. */
  watch(listener, signal) {
    this.#listeners.add(listener);
    signal?.addEventListener("abort", () => this.#listeners.delete(listener), { once: true });
  }
}
