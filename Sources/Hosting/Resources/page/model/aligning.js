// Lines steps of two responses up with each other.

/** Cells of the table that lining up may take: more steps are lined up by their numbers. */
const cellLimit = 4_000_000;

/**
 * Pairs steps of the same text in order, as many as there can be (a longest common subsequence), and leaves those
 * between unpaired.
 *
 * @returns {[number|null, number|null][]} Indices into the two lists.
 */
export function aligned(first, second) {
  if (first.length * second.length > cellLimit) return byNumber(first.length, second.length);
  const [a, b] = [first.map(key), second.map(key)];
  const lengths = commonLengths(a, b);
  const pairs = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) pairs.push([i++, j++]);
    else if (j >= b.length || (i < a.length && lengths[i + 1][j] >= lengths[i][j + 1])) pairs.push([i++, null]);
    else pairs.push([null, j++]);
  }
  return joined(pairs);
}

function key(step) {
  return step.text.split(/\s+/).join(" ").trim();
}

/** `lengths[i][j]`: how long the longest common subsequence of a from i and b from j is. */
function commonLengths(a, b) {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i][j] = a[i] === b[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  return lengths;
}

/** Puts what is only on the left beside what is only on the right, where they meet. */
function joined(pairs) {
  const rows = [];
  for (let place = 0; place < pairs.length; ) {
    const [left, right] = [[], []];
    for (; place < pairs.length && pairs[place].includes(null); place++) {
      const [i, j] = pairs[place];
      if (j === null) left.push(i);
      else right.push(j);
    }
    for (let row = 0; row < Math.max(left.length, right.length); row++) rows.push([left[row] ?? null, right[row] ?? null]);
    if (place < pairs.length) rows.push(pairs[place++]);
  }
  return rows;
}

function byNumber(first, second) {
  return Array.from({ length: Math.max(first, second) }, (_, index) => [index < first ? index : null, index < second ? index : null]);
}
