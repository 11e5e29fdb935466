#include "rule_tables.hpp"

namespace rosenblatt {

template const std::vector<ActivationRule<float>>& activation_rules<float>();
template const std::vector<ActivationRule<double>>& activation_rules<double>();
template const std::vector<LossRule<float>>& loss_rules<float>();
template const std::vector<LossRule<double>>& loss_rules<double>();
template const std::vector<PenaltyRule<float>>& penalty_rules<float>();
template const std::vector<PenaltyRule<double>>& penalty_rules<double>();
template const std::vector<ActivityRule<float>>& activity_rules<float>();
template const std::vector<ActivityRule<double>>& activity_rules<double>();
template const std::vector<OptimizerRule<float>>& optimizer_rules<float>();
template const std::vector<OptimizerRule<double>>& optimizer_rules<double>();

}  // namespace rosenblatt
