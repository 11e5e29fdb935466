// The tables of rules, filled from the printed lists: included once per number type. They are never destroyed: a daemon
// thread may still compute while the process ends.
#pragma once

#include "elementwise_loops.hpp"
#include "rules.hpp"
#include "row_losses.hpp"

namespace rosenblatt {

template <class Rule>
std::vector<std::string> parameter_names() {
    return {Rule::parameters.begin(), Rule::parameters.end()};
}

template <class T>
const std::vector<ActivationRule<T>>& activation_rules() {
    static const auto& rules = *new std::vector<ActivationRule<T>>{
#define RULE(R) \
    {R::name, parameter_names<R>(), R::derivative_of_a, apply_activation<R, T>, multiply_by_derivative<R, T>, multiply_by_second_derivative<R, T>},
        ROSENBLATT_ACTIVATIONS(RULE)
#undef RULE
        {"mean_variance", {}, false, mean_variance<T>, no_derivative<T>, no_derivative<T>},  // an output alone
    };
    return rules;
}

template <class T>
const std::vector<LossRule<T>>& loss_rules() {
    static const auto& rules = *new std::vector<LossRule<T>>{
#define RULE(R) {R::name, parameter_names<R>(), R::pair, true, elementwise_error_term<R, T>},
        ROSENBLATT_LOSSES(RULE)
#undef RULE
        {"categorical_cross_entropy", {}, "softmax", false, categorical_cross_entropy<T>},
        {"categorical_focal", {"gamma"}, "softmax", false, categorical_focal<T>},
        {"quantiles", {"qs[]"}, "", false, pinballs<T>},
        {"gaussian", {}, "mean_variance", false, gaussian_likelihood<T>},
    };
    return rules;
}

template <class T>
const std::vector<PenaltyRule<T>>& penalty_rules() {
    static const auto& rules = *new std::vector<PenaltyRule<T>>{
#define RULE(R) {R::name, parameter_names<R>(), add_penalty<R, T>},
        ROSENBLATT_PENALTIES(RULE)
#undef RULE
    };
    return rules;
}

template <class T>
const std::vector<ActivityRule<T>>& activity_rules() {
    static const auto& rules = *new std::vector<ActivityRule<T>>{
#define RULE(R) {R::name, {R::parameters.begin(), R::parameters.end()}, R::of_mean, add_activity<R, T>},
        ROSENBLATT_ACTIVITIES(RULE)
#undef RULE
    };
    return rules;
}

// The optimisers whose passes are compiled with each penalty and for one sample's gradient as well. The others take two
// passes more there: all combinations of all rules were a third of the time to compile and of the size.
template <class Rule>
inline constexpr bool is_fused = std::is_same_v<Rule, SGD> || std::is_same_v<Rule, Momentum> || std::is_same_v<Rule, Nesterov> ||
                                 std::is_same_v<Rule, Adam> || std::is_same_v<Rule, AdamW> || std::is_same_v<Rule, RMSprop>;

// An optimiser's passes: alone, and if fused with each penalty in the order of their table.
template <class Rule, class T>
std::vector<typename OptimizerRule<T>::Update> update_passes() {
    if constexpr (!is_fused<Rule>) return {update_pass<Rule, NoPenalty, T>};
    else return {
        update_pass<Rule, NoPenalty, T>,
#define RULE(R) update_pass<Rule, R, T>,
        ROSENBLATT_PENALTIES(RULE)
#undef RULE
    };
}

template <class Rule, class T>
std::vector<typename OptimizerRule<T>::UpdateOuter> outer_update_passes() {
    if constexpr (!is_fused<Rule>) return {};
    else return {
        update_pass_outer<Rule, NoPenalty, T>,
#define RULE(R) update_pass_outer<Rule, R, T>,
        ROSENBLATT_PENALTIES(RULE)
#undef RULE
    };
}

template <class T>
const std::vector<OptimizerRule<T>>& optimizer_rules() {
    static const auto& rules = *new std::vector<OptimizerRule<T>>{
#define RULE(R) {R::name, parameter_names<R>(), R::n_slots, R::n_settings, update_passes<R, T>(), outer_update_passes<R, T>()},
        ROSENBLATT_OPTIMIZERS(RULE)
#undef RULE
    };
    return rules;
}

}  // namespace rosenblatt
