// Step-to-step attention: row j holds what step j pays to steps 0...j.

export class StepMap {
  /** @param {number[][]} rows */
  constructor(rows = []) {
    this.rows = rows;
  }

  get size() {
    return this.rows.length;
  }

  /** What step `from` pays to step `to`; 0 where nothing is known. */
  at(from, to) {
    return this.rows[from]?.[to] ?? 0;
  }

  /** Takes rows as `StepMapRows` has them, one behind the other. */
  take(message) {
    const first = message.firstRow ?? 0;
    let place = 0;
    for (let row = first; row < first + (message.rowCount ?? 0); row++) {
      this.rows[row] = message.values.slice(place, place + row + 1);
      place += row + 1;
    }
  }

  /** Steps that `step` looks back at, strongest first: `{step, value}`. The prompt and itself are left out. */
  lookedAt(step) {
    const pairs = (this.rows[step] ?? []).map((value, to) => ({ step: to, value }));
    return ranked(pairs.filter((pair) => pair.step !== step && pair.step !== 0));
  }

  /** Later steps that look back at `step`, strongest first. */
  lookingAt(step) {
    const pairs = [];
    for (let from = step + 1; from < this.rows.length; from++) pairs.push({ step: from, value: this.at(from, step) });
    return ranked(pairs);
  }

  /** The strongest pairs `{from, to, value}` between different response steps, at most `limit`. */
  strongest(limit) {
    let pairs = [];
    let floor = 0;
    for (let from = 2; from < this.rows.length; from++) {
      for (let to = 1; to < from; to++) {
        const value = this.at(from, to);
        if (value > floor) pairs.push({ from, to, value });
      }
      // Millions of pairs are looked at; few are kept at a time.
      if (pairs.length > 16 * limit) {
        pairs = ranked(pairs).slice(0, limit);
        floor = pairs.at(-1).value;
      }
    }
    return ranked(pairs).slice(0, limit);
  }
}

function ranked(pairs) {
  return pairs.filter((pair) => pair.value > 0).sort((a, b) => b.value - a.value);
}
