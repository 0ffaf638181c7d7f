// What the page knows of the model that comes with the program: a problem it can solve, and more of the kind.

const name = "shipped";

export function isShipped(policy) {
  return policy === name;
}

/** As in examples/problem.txt. */
export const shippedProblem = "%10;Li*4;Ai-5;M2;Pb-3;Kp+a;D2;Id+m;B7?K\n";

/** Problems of the kind that it knows best; see examples/demo.yaml. */
export const shippedData = "graph:leaves=2-3,derived=6-7,need=8-10,distractors=0,constants=0.7,modulus=10";
