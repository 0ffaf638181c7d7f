// What the page knows of the model that comes with the program: a problem it can solve, and more of the kind.

const name = "shipped";

export function isShipped(policy) {
  return policy === name;
}

/** As in examples/problem.txt. */
export const shippedProblem = `Cleo has 7 fewer than Jack.
Yara has 4 stones.
Eva has 7 more than Will.
Ida has 4 stones.
Will has 7 fewer than Dan.
Vera has 6 more than Paul.
Dan has as many as Ben and Sam together.
Hugo has as many as Vera and Rosa together.
Nils has 6 stones.
Rosa has 9 fewer than Zoe.
Ben has 3 fewer than Ada.
Jack has 9 more than Nils.
Zoe has 8 more than Nils.
Paul has 3 fewer than Cleo.
Finn has 8 fewer than Hugo.
Kim has 8 stones.
Sam has 5 fewer than Finn.
Leo has 8 stones.
Mia has as many as Leo and Ida together.
Ada has as many as Kim and Mia together.
How many stones does Eva have?
`;

/** Problems of the kind that it knows; see examples/demo.yaml. */
export const shippedData = "words-shuffled";
