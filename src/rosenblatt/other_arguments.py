"""What PyTorch, Keras, scikit-learn and gradient boosting call arguments that have another name here."""

from __future__ import annotations

from collections.abc import Mapping

_RATES = (
    "lr eta rate alpha_0 step_size learning_rate learning_rate_value initial_lr base_lr initial_learning_rate"
)
_EPOCHS = (
    "epoch n_epochs num_epochs nb_epoch max_epochs n_iter num_iter n_iterations num_iterations iterations"
)
_SIZES = """hidden_layers hidden_units hidden_sizes hidden_size hidden_dims hidden_dim hidden n_hidden n_units neurons
    nodes n_nodes layers layer_sizes units architecture n_components code_size latent_dim encoding_dim bottleneck code
    encoder_layers decoder_layers hidden_layer_size"""
_SCORES = "metric metrics monitor eval_metric"
_DEVIATIONS = "std stddev sigma scale noise_std noise_level stdev"
_SHARES = "p prob probability fraction dropout_rate noise_factor amount share ratio"
_STRENGTHS = "lambda_ lam lambd l1 l2 weight factor alpha coefficient weight_decay decay penalty beta"
_MARGINS = "tolerance threshold epsilon ftol delta tol min_improvement"

MEANT: Mapping[str, str] = {
    # of estimators
    "learning_rate_init=...": _RATES,
    "eta0=...": f"{_RATES} learning_rate_init",
    "max_iter=...": f"epochs {_EPOCHS}",
    "hidden_layer_sizes=...": _SIZES,
    "solver=...": "optimizer optim optimiser algorithm",
    "loss=...": "criterion objective loss_function loss_fn cost",
    "loss=LogLoss(smoothing=...)": "label_smoothing",
    "loss=Quantile(q=...)": "q quantile tau",
    "loss=Huber(delta=...)": "delta",
    "alpha=...": "weight_decay l2 l2_regularization reg reg_lambda lambda_ lam regularization",
    "regularizers=(L1(...),)": "l1 l1_regularization reg_alpha",
    "regularizers=(L1(...), L2(...))": "l1_ratio",
    "regularizers=(MaxNorm(...),)": "max_norm kernel_constraint",
    "regularizers=(Clip(norm=...),)": "clipnorm clip_norm max_grad_norm gradient_clip gradient_clip_val grad_clip",
    "regularizers=(Clip(value=...),)": "clipvalue clip_value",
    "regularizers=...": "regularizer kernel_regularizer constraint",
    "penalty=...": "regularizer regularization kernel_regularizer",
    "batch_size=...": "batch bs batchsize minibatch_size mini_batch_size",
    "n_iter_no_change=...": "patience early_stopping_rounds",
    "random_state=...": "seed rng random_seed",
    "dropout=...": "dropout_rate drop_rate p_dropout",
    "activation=...": "nonlinearity act act_fn activation_function activations hidden_activation",
    "output_activation=...": "final_activation last_activation out_activation",
    "initializer=...": "kernel_initializer weight_init init init_weights weights_init coef_init",
    "early_stopping=EarlyStopping(scoring=...)": _SCORES,
    "validation_fraction=...": "validation_split val_split test_size val_fraction val_size",
    "learning_rate=...": "scheduler lr_scheduler schedule lr_schedule",
    "tol=...": "tolerance min_delta ftol",
    "beta_1=..., beta_2=...": "betas",
    "epsilon=...": "eps",
    "nesterovs_momentum=...": "nesterov",
    "verbose=...": "verbosity log disp silent",
    "callbacks=...": "callback",
    "engine=...": "backend",
    "fit_intercept=...": "bias use_bias intercept",
    "class_weight=...": "class_weights scale_pos_weight pos_weight",
    "scale_inputs=...": "normalize normalise scale scaler scaling standardize standardise",
    "corruption=...": "noise noise_level noise_factor corruption_level corruption_rate",
    "regularizers=(InputNoise(...),)": "noise input_noise",
    "tied_weights=...": "tied tie_weights weight_tying",
    "contamination=...": "nu outlier_fraction threshold",
    "n_estimators=...": "n_networks n_models n_members ensemble_size",
    # of fit and other methods
    "X_val=..., y_val=...": "validation_data eval_set valid_set val_data X_valid X_validation x_val X_test",
    "X_val=...": "validation_data eval_set valid_set val_data X_valid X_validation x_val X_test",
    "y_val=...": "y_valid y_validation Y_val y_test",
    "target_val=...": "y_val y_valid y_validation",
    "target=...": "y_true targets labels clean Y",
    "sample_weight=...": "weights weight sample_weights w",
    "classes=...": "labels all_classes",
    # of objects
    "scoring=...": _SCORES,
    "min_delta=...": _MARGINS,
    "patience=...": "n_iter_no_change early_stopping_rounds wait",
    "strength=...": _STRENGTHS,
    "standard_deviation=...": _DEVIATIONS,
    "rate=...": _SHARES,
    "limit=...": "max_norm maxnorm max_value c",
    "norm=...": "clipnorm max_norm max_grad_norm",
    "value=...": "clipvalue clip_value max_value",
    "rho=...": "target sparsity_target p",
    "smoothing=...": "label_smoothing",
    "gamma=...": "focusing",
    "delta=...": "epsilon beta threshold",
    "slope=...": "negative_slope alpha leak",
    "q=...": "alpha quantile tau",
    "qs=...": "quantiles alphas taus",
    "power=...": "variance_power p",
    "momentum=...": "beta mu",
    "decay=...": "gamma decay_rate rho alpha",
    "every=...": "step_size step_every n_epochs",
    "peak=...": f"{_RATES} learning_rate_init max_lr",
    "final=...": "eta_min end min_lr end_learning_rate final_lr minimum alpha",
    "minimum=...": "min_lr eta_min",
    "divisor=...": "div_factor div",
    "final_divisor=...": "final_div_factor final_div",
    "rise=...": "pct_start warmup",
    "factor=...": "gamma decay drop",
    "milestones=...": "boundaries epochs",
    "growth=...": "T_mult t_mul",
    "cycles=...": "n_cycles restarts T_0",
    "power_t=...": "power",
    "steps=...": "warmup_steps n_steps num_steps num_iter",
    "epochs=...": f"warmup_epochs {_EPOCHS}",
    "start=...": "start_factor initial",
    "then=...": "after schedule scheduler after_scheduler",
    "seconds=...": "minutes hours time timeout max_time limit budget",
    "multipliers=...": "factors rates",
    # of displays and functions
    "ax=...": "axis axes",
    "figure=...": "fig ax",
    "image_shape=...": "shape size",
    "n=...": "n_filters n_images max_features top",
    "low=..., high=...": "lr_range",
    "low=...": "start_lr min_lr lr_min start init_value salt minimum",
    "high=...": "end_lr max_lr lr_max end end_value final_value pepper maximum",
    "per=...": "axis by",
}
"""What to write here, and what it is called elsewhere; the first that a signature has is meant."""

ADVICE: Mapping[str, str] = {
    f"{_RATES} peak": "the learning rate is the estimator's learning_rate_init",
    "T_max total_steps total_iters decay_steps total_epochs horizon": "the horizon is the estimator's max_iter",
    "momentum": "momentum is that of Momentum(momentum=...) or Nesterov(momentum=...)",
    "weight_decay": "take AdamW(weight_decay=...), or the estimator's alpha",
    "device gpu cuda use_gpu": "everything runs on the processor: leave it out",
    "n_jobs num_workers n_threads num_threads nthread": "set_num_threads(...) sets the number of threads",
    "batch_norm batch_normalization layer_norm": "there is none; scale_inputs='standard' scales the inputs",
    "restore_best_weights": "the best weights are put back in any case: leave it out",
    "mode greater_is_better": "of all scores higher is better: leave it out",
    "hidden_layer_sizes hidden_layers": "it is one neuron: take MLPClassifier(hidden_layer_sizes=...)",
    "metrics": "scores are recorded with early_stopping=EarlyStopping(scoring=[...])",
    "batch_size": "predictions need no batches: leave it out",
    "verbose": "nothing is printed: leave it out",
    "figsize size": "pass the Axes of a figure of that size, ax=...",
    "cmap color colors": "change what was drawn by the attributes of the display",
}
"""Arguments that have no counterpart where they were passed, and what to do."""
