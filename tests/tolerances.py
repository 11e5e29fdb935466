"""All tolerances of the tests, each with its reason."""

# --- mathematics: rules, backpropagation, engines, random numbers ---

DERIVATIVE = 1e-12
"""A derivative against dual numbers, relative to max(1, |value|): the project's promise. Rounding of the
formulas, with a few cancellations of 1e-16 each, stays a hundred times below it."""

SAME_FORMULA = 1e-14
"""Two texts of one formula, relative to max(1, |value|): some ten roundings of 1.1e-16 each."""

AUTOGRAD = 1e-10
"""Gradient against PyTorch's autograd, relative to max(1, largest entry): the project's promise. Up to six
layers and the exponential as a hidden activation amplify rounding; drawn cases stay below 1e-12."""

TENSORS = {"float64": 1e-12, "float32": 2e-4}
"""NumPy's gradient against PyTorch's, relative to max(1, largest entry): the same operations, summed in
another order. 1e4 roundings in either dtype; networks that amplify more are not compared in float32."""

SUMMATION = 1e-12
"""Sums of the same terms in another order (a row twice, CSR), relative to max(1, largest entry)."""

OPTIMIZERS = 1e-13
"""Ten steps of an optimiser against PyTorch's, with entries near 1: a few roundings a step."""

STEPS = (3e-2, 3e-3, 3e-4, 3e-5)
"""Steps h of the central differences: three decades."""

H_SQUARED = (80.0, 125.0)
"""How many times smaller the error of a central difference gets as h gets ten times smaller: 100, up to the
term in h to the fourth (large h) and to rounding (small h)."""

CURVED = 1e-3
"""The difference must move by this share of the objective between the two largest steps: the smallest
step's error is then 1e-9 of it, a hundred times the rounding of 1e-16 / 3e-5."""

FLAT = 1e-9
"""Rounding of a central difference at the smallest step, as a share of the objective: 1e-16 / 3e-5, times
the hundred roundings of a network."""

P_VALUE = 1e-4
"""Statistical tests on fixed seeds reject below this: none of some ten fixed draws should come so far out,
and a generator with a flaw gives 0."""

SECOND_ORDER = 1e-3
"""Relative. A deviance beside its minimum against its second-order term: a
ten-millionth away the third is 1e-7 of it."""

LIMIT_OF_A_FAMILY = 1e-6
"""Relative. The Tweedie deviance a thousand-millionth from a power at which it is another one."""

NEARLY_SURE = 1e-10
"""Relative. A focal loss of 1e-20 and less: what is lost by a subtraction from 1 would be all of it."""

FAR_OUT = 2e-6
"""Single precision against double, far out. Relative for values, relative to max(1, |value|) for slopes: sixteen
roundings of 1.2e-7, some of them of 1 - o * o."""

TAIL = 8
"""Units in the last place. GELU and its derivatives where they are a hundredth and 1e-300: a product of some six
factors with one or two units each. Rounding the square in the exponent alone would be 700 units, the subtraction from 1
all of them; beside the zeros of the derivatives the points are not."""

# -- lecture ---------------------------------------------------------------------------------------

LITERAL_SUMS = 1e-13
"""Relative. The lecture's sums written out with loops add the same few numbers in another order."""

ENUMERATED_EXPECTATION = 1e-13
"""Relative. The mean of a few dozen gradients of one batch each, against the gradient of all at once."""

CONVEX_FULL_BATCH = 1e-10
"""Excess risk, absolute, at a risk near 0.1: a thousand steps contract the error by more than 1e-6 each way."""

CONVEX_STOCHASTIC = 1e-3
"""Excess risk, absolute, at a risk near 0.1: with a rate of order 1/t the noise leaves an error of order 1/t."""

DIFFERENCE_QUOTIENT = 1e-8
"""Absolute. Central differences with step 1e-5 on values of order one: h² truncation, 1e-16/h rounding."""

SUBSPACE = 1e-3
"""Sine of the angle between two subspaces that L-BFGS found to a gradient of 1e-6 or so."""

RECONSTRUCTION = 1e-5
"""Relative excess of a reconstruction error over its minimum: quadratic in the error of the subspace."""

ACCURACY_OF_DIGITS = 0.975
"""The accuracy that the issue asks for on digits in five folds; about 0.978 to 0.980 is measured."""

PRINTED_CONSTANTS = 1e-5
"""Absolute. LeCun's 1.7159 has five digits, so that g(1) = 1 holds to as many."""

VARIANCE_OF_SAMPLES = 0.1
"""Relative. A variance estimated from a few thousand numbers has a deviation of 2 to 3 per cent."""

# --- training and estimators ---

OPTIMUM = 1e-3
"""A coefficient found by L-BFGS against another solver's optimum of the same convex objective: both stop where
the gradient is below about 1e-6 of curvatures near 1e-2."""

OPTIMUM_OF_OBJECTIVE = 1e-4
"""An objective above scikit-learn's optimum, relative to it: what is promised. L-BFGS stops at 1e-9 of smooth ones;
on the pinball loss, which has corners, full batches with a falling rate end at 1e-6."""

SHARE_BELOW = 0.03
"""The share of 150 targets below a fitted quantile of four parameters: the fit meets four of them exactly."""

UNIT_SPREAD = 1e-2
"""The mean square of standardised residuals where mean and variance were fitted: 1 at the optimum."""

SMOOTHED = 1e-5
"""A mean probability where L-BFGS stopped at a gradient of 1e-9 in the biases, or where SciPy sees no progress."""

REPLAYED = 1e-12
"""A quantity that two formulas give for the same epochs, relative: sums of a few hundred roundings."""

# -- examples --------------------------------------------------------------------------------------

SAME_MODEL_IN_THE_DEMO = 1e-9
"""Absolute, on weights of order one: what the library promises; a fit amplifies rounding to 1e-15 or so."""

# -- the same model as scikit-learn's (tests/compatibility) ----------------------------------------
# All are relative: of weights and outputs to the largest entry of an array, of a loss to itself.

SAME_MODEL_FLOAT64 = 1e-9
"""The project's promise. Both libraries round, in another order, and training carries it on: one bit of X
moves scikit-learn's own weights by 1e-15 to 1e-12 on the drawn configurations."""

SAME_MODEL_LBFGS = 1e-5
"""The project's promise. L-BFGS amplifies rounding at each of its 15 iterations: to some 1e-10 as drawn."""

SAME_MODEL_FLOAT32 = 1e-3
"""The project's promise: a rounding of 6e-8 at each of some thousand steps, some of which amplify it."""

# -- two engines -------------------------------------------------------------------------------------

ENGINES_FLOAT64 = 1e-12
"""The engines add in another order, and elementary functions differ in the last bits: about 1e-15 each,
over sums of up to a thousand terms."""

ENGINES = {"float32": 5e-5, "float64": ENGINES_FLOAT64}
"""The same in float32, whose rounding is 6e-8."""

ENGINES_EPOCHS = {"float32": 1e-4, "float64": 1e-9}
"""After many steps: each carries the difference of the one before on; in float32 only three steps are taken."""

ENGINES_MIXTURES = {"float32": 1e-3, "float64": 1e-8}
"""Ten times that: an adaptive step divides by the size of gradients which clipping and masks leave small, and carries
more of their rounding on. Adagrad with clipping, a proximal step and nine of ten nodes dropped came to 1.3e-9."""

# -- proofs of separability ---------------------------------------------------------------------------

UNIT_NORM = 1e-12
"""Absolute. The norm of a unit vector of a few entries: rounding of 1e-16 each, and what verify allows."""

MARGIN = 1e-10
"""Relative. A margin, a norm or a weight that is known exactly: rounding of 1e-16, grown by at most R / gamma,
which is below 1e5 as drawn."""

MARGIN_OF_TWO_METHODS = 1e-7
"""Relative. The active set's margin against an interior point's: the project's promise. The latter stops at
1e-13 of its own scale, and solves systems whose condition grows as it ends."""

PRINTED_MARGIN = 1e-6
"""Absolute. Margins known to six or eight digits."""

PRINTED_NORM = 1e-4
"""Absolute. A squared norm known to four decimals."""

# -- the perceptron ----------------------------------------------------------------------------------

PERCEPTRON_RUNS = {"float32": 1e-5, "float64": 1e-12}
"""Absolute, weights of order one. C++ and NumPy add the same terms in another order, some hundred updates long."""

PERCEPTRON_STORAGE = 1e-6
"""Relative, float32. Dense and sparse rows are added in another order; the decisions are the same."""

# -- noise and regularisation --------------------------------------------------------------------------

SEVEN_DIGITS = 1e-6
"""PPND7 promises about one part in 10**7 of the probability's normal number; 6e-7 absolute is measured."""

# -- scaling inside the estimators ---------------------------------------------------------------------

SAME_SCALING = 1e-12
"""Relative to the largest entry. Means and deviations of a hundred numbers, summed in another order, of columns
whose mean is up to a thousand times their spread."""

SCALED_MODEL = 1e-9
"""Relative to the largest entry. What SAME_SCALING grows to in some dozen steps, as for the same model."""

CONTRACTION_DIFFERENCE = 1e-6
"""Relative: central differences with a step of 1e-6 are good to some 1e-9, divided by gradients that may be small."""
CONTRACTION_SMALL = 1e-7
"""Absolute, where a derivative nearly vanishes: rounding of a penalty near 1, over a step of 1e-6, is 1e-10 or more."""
CONTRACTION_SUMS = 1e-9
"""Relative: the same sums in another order, in float64, with a thousand terms at most and some cancellation."""
CONTRACTION_ZERO = 1e-12
"""Absolute: what such sums leave of an entry that cancels to 0."""

CONTRACTION_MEGABYTES = 200
"""What a contraction may take at 784 inputs, a code of 1,000 and batches of 256, as docs/contractive.md says."""

CONTRACTION_EPOCHS = {"float64": 1e-12, "float32": 1e-4}
"""Both engines after five steps with a contraction: some 1,000 roundings of products, added in another order."""

SCALED_ERRORS = 1e-6
"""Relative. A squared error of scaled numbers, against one from the user's units divided again: differences of numbers
up to a thousand times as large lose three digits, squares one more, and small errors some more."""

JUDGED = {"float64": {"rtol": 1e-6, "atol": 1e-9}, "float32": {"rtol": 1e-2, "atol": 1e-3}}
"""A detector's entries from sparse rows against dense ones, after some 30 steps each: products added in another order,
and small errors are differences of numbers near 1."""

# -- rules of a user's own ------------------------------------------------------------------------------

BY_DIFFERENCES = 1e-3
"""Relative, and to the largest slope. The best of eight steps of a function that may turn a thousand times per unit;
the comparison itself allows as much."""

# -- corrupt rows --------------------------------------------------------------------------------------

COST_OF_A_CORRUPT_ROW = 0.005
"""Absolute, of an area under the curve, thousand rows: the project's promise. One or ten corrupt rows cost 0.001."""

AREA_BESIDE_AN_ODD_COLUMN = 0.985
"""An area that is 0.999 without the column. With it 0.99 and more is measured; units of 10,000 once made it 0.87."""

OTHER_UNITS = 1e-6
"""Relative, of scores of rows in other units: inputs that are rounded otherwise, some 400 steps of training long."""

DEVIATION_OF_MANY = 0.03
"""Relative: deviations of 5,000 random numbers or more, estimated by a median, are good to a hundredth."""

SAME_WORKFLOW = 0.01
"""Absolute, of the scores of whole workflows with either library: shares of some hundred rows, correlations, R2. Most
are equal to the last digit; L-BFGS and long training may round otherwise, and then some rows fall elsewhere."""

SAME_SCORE = 1e-12
"""Absolute and relative, of the library's scores beside scikit-learn's: some sixty terms that are summed otherwise."""

MEMORY_BESIDE_COPIES = 0.6
"""In multiples of X of 60,000 x 60: orders of two epochs, weights, labels, blocks of 4,096 rows in double precision."""
