// What a person looks at in one response: a step under the pointer or the cursor, and one that is locked.

import { Signal } from "../lib/signal.js";

export class Selection {
  /** The step that is previewed, by index; null for none. */
  hover = new Signal(null);
  /** The step that stays chosen. */
  locked = new Signal(null);
  /** What texts are shaded by: "influence", "excess", "logprob" or "entropy". */
  shade = new Signal("influence");
  /** Only steps with this text are listed. */
  query = new Signal("");
  /** The head whose map is shown, such as "L3.H1"; null for the mean of all. */
  head = new Signal(null);
  /** Whether pictures show the prompt. */
  withPrompt = new Signal(false);
  /** Arcs below this share of the strongest one are left out. */
  arcFloor = new Signal(0.25);

  /** The step that pictures point out. */
  get shown() {
    return this.hover.value ?? this.locked.value;
  }

  /** The step that is described. */
  get described() {
    return this.locked.value ?? this.hover.value;
  }

  preview(step) {
    this.hover.value = step;
  }

  toggle(step) {
    this.locked.value = this.locked.value === step ? null : step;
  }

  /** Calls a listener whenever another step is shown or described. */
  watchSteps(listener, signal) {
    this.hover.watch(listener, signal);
    this.locked.watch(listener, signal);
  }
}
